// The kernels of cuda/transformer/cross_entropy.cu.
#include "tests/support/kernel_case.h"
#include "transformer/cross_entropy_device.h"

namespace seed {
namespace {

using Forward = decltype(cross_entropy_forward_thread_per_row);
using Backward = decltype(cross_entropy_backward_thread_per_row);

constexpr double u = roundoff<float>;
constexpr double exp_error = 4 * u, log_error = 2 * u;  // relatively: 2 ulp and 1 ulp
constexpr float impossible = -std::numeric_limits<float>::infinity();

// Logits from -8 to 8, in every fifth row all of them shifted by 200, in the row before a single
// one (the exponentials overflow unless the largest is taken off), in the row before that all by
// -200 (they underflow, where the largest is sought from 0 on); the first column is -inf, targets
// are in the other columns, that of the first row is the last one. Of a large vocabulary most lie
// so low that their exponential is 0: a float that adds up tens of thousands of small numbers one by
// one loses more than the bound of a sum allows.
struct Problem {
    Problem(const Shape& s, Report& report)
        : logits(report.given<float>("logits", random_logits(s, report.key()).view())),
          weights(report.input_between("weights", s[0], 1, 0.5, 2)) {
        RandomStream random(report.key().fork("targets"), 0);
        const int first = s[1] > 1 ? 1 : 0;
        for (Index n = 0; n < s[0]; ++n) targets.push_back(random.between(first, int(s[1]) - 1));
        targets[0] = std::int32_t(s[1] - 1);
    }

    static HostMatrix<float> random_logits(const Shape& s, RandomKey key) {
        HostMatrix<float> logits(s[0], s[1]);
        RandomStream random(key.fork("logits"), 0);
        for (Index n = 0; n < s[0]; ++n) {
            for (Index v = 0; v < s[1]; ++v) {
                const double shift = n % 5 == 4 ? 200 : n % 5 == 2 ? -200 : 0;
                logits.view()(n, v) = float(16 * random.uniform() - 8 + shift);
                if (s[1] > 65536 && v % 97 != 0) logits.view()(n, v) -= 200;
            }
            if (n % 5 == 3) logits.view()(n, random.between(0, int(s[1]) - 1)) += 200;
            if (s[1] > 1) logits.view()(n, 0) = impossible;
        }
        return logits;
    }

    // log sum_v exp(z[n,v]), taken at the largest logit as the kernels do. The difference from it
    // is rounded, the exponential and the logarithm have their errors, and so have both sums.
    Bounded lse(Index n) const {
        double largest = logits(n, 0), sum = 0, error = 0;
        for (Index v = 0; v < logits.cols(); ++v) largest = std::max(largest, logits(n, v));
        if (logits.cols() <= 2) return {largest, 0};  // one possible token: exp(0), log(1)
        for (Index v = 0; v < logits.cols(); ++v) {
            if (logits(n, v) == impossible) continue;
            const double term = std::exp(logits(n, v) - largest);
            sum += term;
            error += term * (u * (largest - logits(n, v)) + exp_error);
        }
        const double value = largest + std::log(sum);
        return {value, error / sum + sum_error(logits.cols()) * u + log_error * std::log(sum) +
                           u * std::abs(value)};
    }

    KernelArray<float> logits, weights;
    std::vector<std::int32_t> targets;
};

void verify_forward(Forward* forward, const Shape& s, Report& report) {
    const Problem a(s, report);
    const auto losses = report.output("losses", s[0], 1), lse = report.output("lse", s[0], 1);
    forward(losses.view(), lse.view(), a.logits.view(), a.targets, a.weights.view());
    report.expect(lse, [&](Index n, Index) { return a.lse(n); });
    report.expect(losses, [&](Index n, Index) {
        const Bounded lse_n = a.lse(n);
        const double value = a.weights(n, 0) * (lse_n.value - a.logits(n, a.targets[n]));
        return Bounded{value, a.weights(n, 0) * lse_n.allowed + 2 * u * std::abs(value)};
    });
}

void verify_backward(Backward* backward, const Shape& s, Report& report) {
    const Problem a(s, report);
    HostMatrix<float> rounded(s[0], 1);
    for (Index n = 0; n < s[0]; ++n) rounded.view()(n, 0) = float(a.lse(n).value);
    const auto lse = report.given<float>("lse", rounded.view());
    const auto dlogits = report.updated("dlogits", s[0], s[1]);
    backward(dlogits.view(), a.logits.view(), lse.view(), a.targets, a.weights.view());
    report.expect(dlogits, [&](Index n, Index v) {
        const double z = a.logits(n, v), w = a.weights(n, 0), start = dlogits(n, v);
        if (z == double(impossible)) return Bounded{start, 0};
        const double p = std::exp(z - lse(n, 0)), target = v == a.targets[n] ? 1 : 0;
        const double result = start + w * (p - target);
        // The difference from lse, the exponential, the product with w, the sum with dlogits; at
        // the target, w is taken off either before or after the two last
        const double allowed = w * p * (u * std::abs(z - lse(n, 0)) + exp_error + u) +
                               u * std::abs(result) +
                               target * u * (std::abs(start + w * p) + 2 * w * std::abs(p - 1));
        return Bounded{result, allowed};
    });
}

// Around the 128 threads of a block, in columns and in rows; a prime; the model's own; more ids
// than 16 bits tell apart
const std::vector<Shape> shapes{{1, 1},   {3, 127}, {4, 128}, {7, 129},   {127, 5},
                                {128, 3}, {129, 2}, {13, 31}, {768, 512}, {6, 70001}};

const RegisterKernels cross_entropy{
    "transformer/cross_entropy.cu",
    {kernel_case("cross_entropy_forward/thread_per_row", "N V", shapes,
                 cross_entropy_forward_thread_per_row, verify_forward),
     kernel_case("cross_entropy_forward/row_per_block", "N V", shapes,
                 cross_entropy_forward_row_per_block, verify_forward),
     kernel_case("cross_entropy_backward/thread_per_row", "N V", shapes,
                 cross_entropy_backward_thread_per_row, verify_backward),
     kernel_case("cross_entropy_backward/thread_per_element", "N V", shapes,
                 cross_entropy_backward_thread_per_element, verify_backward)}};

}  // namespace
}  // namespace seed
