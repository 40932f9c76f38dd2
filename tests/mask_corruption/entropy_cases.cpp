// The kernels of cuda/mask_corruption/entropy.cu.
#include <cmath>

#include "mask_corruption/entropy_device.h"
#include "mask_corruption/sampling.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using Entropies = decltype(row_entropies_thread_per_row);
using Within = decltype(reveal_within_bound_thread_per_text);
constexpr double u = 0x1p-53;

// Logits in [-15, 15), of every third row some at -inf, of every fourth one far above the others;
// of seven rows one lies so far below 0, and one so far above, that exp of a logit is 0 or
// infinite.
HostMatrix<float> logits_of(Index rows, Index vocabulary, RandomKey key) {
    HostMatrix<float> logits(rows, vocabulary);
    for (Index m = 0; m < rows; ++m) {
        const float shift = m % 7 == 2 ? -1500 : m % 7 == 5 ? 1500 : 0;
        for (Index v = 0; v < vocabulary; ++v) {
            const float number = uniform_float(key, std::uint64_t(m * vocabulary + v), 0);
            logits.view()(m, v) = 30 * number - 15 + shift;
            if (m % 3 == 0 && v % 5 == 1) logits.view()(m, v) = -INFINITY;
        }
        if (m % 4 == 3) logits.view()(m, vocabulary - 1) = 60 + shift;
    }
    return logits;
}

// Both sides: log p is off by the sum of V exponentials and its own rounding, p by that and an
// exponential, a term by both, the sum by its terms.
Bounded entropy_of(HostView<const float> z) {
    const std::vector<double> log_p = log_softmax(z);
    double value = 0, magnitude = 0, lse = 0;
    for (Index v = 0; v < z.cols; ++v) {
        if (std::isfinite(log_p[v])) lse = double(z(0, v)) - log_p[v];
    }
    for (Index v = 0; v < z.cols; ++v) {
        if (!std::isfinite(log_p[v])) continue;
        const double p = std::exp(log_p[v]), l = std::abs(log_p[v]);
        const double of_log = 2 * u * (sum_error(z.cols) + 2 + std::abs(lse) + l);
        value += p * l, magnitude += p * (of_log * (l + 1) + 8 * u * l);
    }
    return {value, magnitude + 2 * sum_error(z.cols) * u * value};
}

void verify_entropies(Entropies* entropies_of, const Shape& s, Report& report) {
    const HostMatrix<float> numbers = logits_of(s[0], s[1], report.key().fork("logits"));
    const auto logits = report.given("logits", HostView<const float>(numbers.view()));
    const auto entropies = report.output<double>("entropies", s[0], 1);
    entropies_of(entropies.view(), logits.view());
    report.expect(entropies,
                  [&](Index m, Index) { return entropy_of(logits.start().row_range(m, 1)); });
}

// Entropies are multiples of 1/8: many are equal, and sums equal to the bound occur. Texts may be
// empty; of every third one all is certain.
void verify_within(Within* within, const Shape& s, Report& report) {
    RandomStream random(report.key().fork("texts"), 0);
    std::vector<Index> first_row{0};
    std::vector<double> numbers;
    for (Index b = 0; b < s[0]; ++b) {
        const Index rows = b < 2 || b == s[0] - 1 ? s[1] : random.between(0, int(s[1]));
        for (Index i = 0; i < rows; ++i) {
            numbers.push_back(b % 3 == 2 ? 0 : random.between(0, 16) / 8.0);
        }
        first_row.push_back(first_row.back() + rows);
    }
    const double bound = 2.5;
    const auto entropies =
        report.given("entropies", HostView<const double>{numbers.data(), Index(numbers.size()), 1});
    const auto revealed = report.output<std::int32_t>("revealed", entropies.rows(), 1);
    within(revealed.view(), entropies.view(), first_row, bound);
    std::vector<Bounded> expected(numbers.size(), {0, 0});
    for (Index b = 0; b < s[0]; ++b) {
        const auto text = std::span<const double>(numbers).subspan(
            std::size_t(first_row[b]), std::size_t(first_row[b + 1] - first_row[b]));
        for (const Index i : within_entropy_bound(text, bound)) {
            expected[std::size_t(first_row[b] + i)].value = 1;
        }
    }
    report.expect(revealed, [&](Index i, Index) { return expected[i]; });
}

// Around a block's 128 rows (or 4) and a warp's 32 lanes; the model's own size. A single token has
// no entropy: an array of zeros would be right
const std::vector<Shape> rows{{1, 3},   {2, 2},    {3, 31},   {4, 32},   {5, 33},
                              {127, 7}, {128, 64}, {129, 41}, {48, 593}, {7, 70001}};
// Around a block's 128 threads, as texts and as rows of a text; more rows than threads
const std::vector<Shape> texts{{1, 1},   {2, 1},   {3, 127}, {4, 128}, {5, 129},
                               {127, 6}, {128, 3}, {129, 5}, {32, 96}, {7, 300}};

const RegisterKernels entropy{
    "mask_corruption/entropy.cu",
    {kernel_case("row_entropies/thread_per_row", "M V", rows, row_entropies_thread_per_row,
                 verify_entropies),
     kernel_case("row_entropies/warp_per_row", "M V", rows, row_entropies_warp_per_row,
                 verify_entropies),
     kernel_case("reveal_within_bound/thread_per_text", "B longest", texts,
                 reveal_within_bound_thread_per_text, verify_within),
     kernel_case("reveal_within_bound/thread_per_row", "B longest", texts,
                 reveal_within_bound_thread_per_row, verify_within)}};

}  // namespace
}  // namespace seed
