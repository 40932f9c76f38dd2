// The kernels of cuda/trajectory_selection/order_sampling.cu.
#include <cmath>

#include "tests/support/kernel_case.h"
#include "trajectory_selection/order_sampling_device.h"

namespace seed {
namespace {

using LogP = decltype(target_log_p_thread_per_row);
using Gumbel = decltype(add_gumbel_noise_thread_per_row);
constexpr double u = 0x1p-53;

// Logits in [-15, 15), the mask token's at -inf. Row by row the largest stands in the first tile of
// 32 with more to come, is the last one, leads so far that its probability rounds to 1, stands
// twice. Of every seven rows one lies so far below 0, and one so far above, that exp of a logit is
// 0 or infinite.
HostMatrix<float> random_logits(Index rows, Index vocabulary, RandomKey key) {
    HostMatrix<float> logits(rows, vocabulary);
    for (Index i = 0; i < logits.size(); ++i) {
        logits.view().data[i] = 30 * uniform_float(key.fork("logits"), std::uint64_t(i), 0) - 15;
    }
    for (Index m = 0; m < rows; ++m) {
        float* z = logits.view().row(m);
        const Index last = vocabulary - 1;
        if (vocabulary > 2) z[0] = -INFINITY;
        if (m % 5 == 0) z[std::min<Index>(last, 5 + m % 20)] = 17;
        if (m % 5 == 1) z[last] = 17;
        if (m % 5 == 2) z[last / 2] = 60;
        if (m % 5 == 3) z[last / 3] = z[last] = 16;
        const float shift = m % 7 == 2 ? -1500 : m % 7 == 5 ? 1500 : 0;
        for (Index v = 0; v < vocabulary && shift != 0; ++v) z[v] += shift;
    }
    return logits;
}

// Any token, the mask token with its log p of -inf, the last.
std::vector<std::int32_t> random_targets(Index rows, Index vocabulary, RandomKey key) {
    RandomStream random(key.fork("targets"), 0);
    std::vector<std::int32_t> targets;
    for (Index m = 0; m < rows; ++m) {
        const auto any = std::int32_t(random.below(std::uint32_t(vocabulary)));
        targets.push_back(m % 6 == 4 ? 0 : m % 6 == 1 ? std::int32_t(vocabulary - 1) : any);
    }
    return targets;
}

// How far the sides' log p may be apart. Each: exp and log 1 ulp (2 u), a sum of V terms, two
// roundings of lse, one of log p. A single logit has log p = 0, without a rounding.
double log_p_error(HostView<const float> z, double log_p, double lse) {
    if (z.cols == 1) return 0;
    const double terms = sum_error(z.cols) + 2, log_sum = std::log(double(z.cols));
    return 2 * u * (terms + 2 * log_sum + std::abs(lse) + std::abs(log_p));
}

void verify_log_p(LogP* launch, const Shape& s, Report& report) {
    const Index rows = s[0], vocabulary = s[1];
    const HostMatrix<float> numbers = random_logits(rows, vocabulary, report.key());
    const std::vector<std::int32_t> targets = random_targets(rows, vocabulary, report.key());
    const auto logits = report.given("logits", HostView<const float>(numbers.view()));
    const auto log_p = report.output<double>("log p", rows, 1);
    const auto confidence = report.output<double>("confidence", rows, 1);
    launch(log_p.view(), confidence.view(), logits.view(), targets);

    HostMatrix<double> expected(rows, 1), sure(rows, 1);
    target_log_p(expected.view(), sure.view(), logits.start(), targets);
    const auto error = [&](Index m, double value) {
        const HostView<const float> z = logits.start().row_range(m, 1);  // (1, V)
        const double lse = z(0, vocabulary - 1) - log_softmax(z)[vocabulary - 1];
        return log_p_error(z, value, lse);
    };
    report.expect(log_p, [&](Index m, Index) {
        const double value = expected.view()(m, 0);
        return Bounded{value, std::isinf(value) ? 0 : error(m, value)};
    });
    report.expect(confidence, [&](Index m, Index) {
        const double c = sure.view()(m, 0);
        return Bounded{c, (error(m, std::log(c)) + 4 * u) * c};  // exp: 1 ulp on each side
    });
}

// Every fifth temperature is 0, where the confidence is copied, and one is -1, where 0 is put. Keys
// are those of four rows, whose numbers have their rows' low halves in common with others.
void verify_gumbel(Gumbel* launch, const Shape& s, Report& report) {
    const Index rows = s[0];
    RandomStream random(report.key().fork("noise"), 0);
    const std::vector<double> choices{0, 0.25, 1, -1, 10};
    std::vector<double> temperatures, numbers;
    std::vector<RandomKey> keys;
    std::vector<std::uint64_t> key_rows;
    for (Index m = 0; m < rows; ++m) {
        temperatures.push_back(choices[std::size_t(m + 1) % 5]);
        keys.push_back(report.key().fork(std::uint64_t(m / 4)));
        key_rows.push_back(std::uint64_t(m % 2) + (std::uint64_t(m % 4) << 33));
        numbers.push_back(m % 9 == 8 ? 1 : 0.01 + 0.99 * random.uniform());
    }
    const auto confidence =
        report.given("confidence", HostView<const double>{numbers.data(), rows, 1});
    const auto noisy = report.output<double>("noisy", rows, 1);
    launch(noisy.view(), confidence.view(), temperatures, keys, key_rows);

    HostMatrix<double> expected(rows, 1);
    add_gumbel_noise(expected.view(), confidence.start(), temperatures, keys, key_rows);
    report.expect(noisy, [&](Index m, Index) {
        const double value = expected.view()(m, 0), tau = temperatures[m];
        if (tau <= 0) return Bounded{value, 0};
        // Each side: two logarithms of 1 ulp (2 u), tau g rounded, exp 1 ulp, the product rounded
        const double g = -std::log(-std::log(uniform_double(keys[m], key_rows[m], 0)));
        const double exponent = tau * 2 * u * (1 + std::abs(g)) + u * std::abs(tau * g);
        return Bounded{value, 2 * (exponent + 3 * u) * value};
    });
}

// Around a block's 128 rows (4, 32), around a warp's 32 lanes and a tile's 32 columns; ids above
// 65,535; the vocabulary of the presets
const std::vector<Shape> shapes{{1, 1},    {1, 2},    {3, 31},   {4, 32},   {5, 33},
                                {31, 64},  {32, 65},  {33, 97},  {127, 67}, {128, 64},
                                {129, 41}, {48, 512}, {3, 4099}, {7, 70001}};

const std::vector<Shape> columns{{1}, {2}, {127}, {128}, {129}, {1009}, {6144}};

const RegisterKernels order{"trajectory_selection/order_sampling.cu",
                            {kernel_case("target_log_p/thread_per_row", "M V", shapes,
                                         target_log_p_thread_per_row, verify_log_p),
                             kernel_case("target_log_p/warp_per_row", "M V", shapes,
                                         target_log_p_warp_per_row, verify_log_p),
                             kernel_case("target_log_p/rows_in_tiles", "M V", shapes,
                                         target_log_p_rows_in_tiles, verify_log_p),
                             kernel_case("add_gumbel_noise/thread_per_row", "M", columns,
                                         add_gumbel_noise_thread_per_row, verify_gumbel)}};

}  // namespace
}  // namespace seed
