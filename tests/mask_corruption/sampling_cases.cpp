// The kernels of cuda/mask_corruption/sampling.cu.
//
// The choice must be the host's, given equal logits and uniform numbers. Host and device may differ
// in the last bits of a score (exp, log, the order of a sum), so a case is worth comparing only
// where the best score leads by more than both can be off, or where two logits are equal: then the
// scores are equal on either side. Every row is held to that.
#include "mask_corruption/sampling_device.h"
#include "tests/mask_corruption/scored_row.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using Choose = decltype(choose_tokens_thread_per_row);

// Logits in [-15, 15), the mask token's at -inf; in every third row the largest stands twice, once
// in the lane that speaks for the warp, in every third twice in one lane, and in every fifth the
// last is the largest. Of every seven
// rows one lies so far below 0, and one so far above, that exp of a logit is 0 or infinite.
HostMatrix<float> random_logits(Index rows, Index vocabulary, RandomKey key) {
    HostMatrix<float> logits(rows, vocabulary);
    for (Index i = 0; i < logits.size(); ++i) {
        logits.view().data[i] = 30 * uniform_float(key.fork("logits"), std::uint64_t(i), 0) - 15;
    }
    for (Index m = 0; m < rows; ++m) {
        float* z = logits.view().row(m);
        if (vocabulary > 1) z[0] = -INFINITY;
        if (m % 3 == 2 && vocabulary > 40) z[32] = z[5 + m % 30] = 16;
        if (m % 3 == 0 && vocabulary > 40) z[7] = z[39] = 16;
        if (m % 5 == 1) z[vocabulary - 1] = 17;
        const float shift = m % 7 == 2 ? -1500 : m % 7 == 5 ? 1500 : 0;
        for (Index v = 0; v < vocabulary && shift != 0; ++v) z[v] += shift;
    }
    return logits;
}

void verify_choose(Choose* choose, const Shape& s, Report& report) {
    const Index count = s[0], vocabulary = s[1];
    const double temperature = double(s[2]) / 10;
    const HostMatrix<float> numbers = random_logits(count, vocabulary, report.key());
    std::vector<RandomKey> keys;
    std::vector<std::uint64_t> key_rows;
    for (Index m = 0; m < count; ++m) {
        keys.push_back(report.key().fork(std::uint64_t(m / 4)));
        key_rows.push_back(std::uint64_t(m % 4) + (std::uint64_t(m) << 33));
    }
    const auto logits = report.given("logits", HostView<const float>(numbers.view()));
    const auto tokens = report.output<std::int32_t>("tokens", count, 1);
    const auto probabilities = report.output<double>("probabilities", count, 1);
    choose(tokens.view(), probabilities.view(), logits.view(), temperature, keys, key_rows);

    std::vector<Bounded> token, probability;
    for (Index m = 0; m < count; ++m) {
        const HostView<const float> z = logits.start().row_range(m, 1);  // (1, V)
        const std::vector<double> log_p = log_softmax(z);
        const Index last = vocabulary - 1;
        const ScoredRow row{log_p, z(0, last) - log_p[last], temperature, keys[m], key_rows[m]};
        const TokenChoice choice = choose_token(log_p, temperature, keys[m], key_rows[m]);
        report.expect_that(row.is_decided(choice.token, z),
                           fmt::format("row {}: too close to call, take another seed", m));
        token.push_back({double(choice.token), 0});
        const double relative =
            row.log_p_error(choice.token) + 4 * roundoff_of_double;  // exp: 1 ulp on each side
        probability.push_back({choice.probability, relative * choice.probability});
    }
    report.expect(tokens, [&](Index m, Index) { return token[m]; });
    report.expect(probabilities, [&](Index m, Index) { return probability[m]; });
}

// Around a block's 128 rows (or 4), around a warp's 32 lanes; greedy, cold, at 1 and hot
const std::vector<Shape> shapes{{1, 1, 0},    {1, 1, 10},   {3, 31, 0},    {4, 32, 10},
                                {5, 33, 7},   {127, 67, 0}, {128, 64, 10}, {129, 41, 30},
                                {33, 131, 2}, {48, 512, 0}, {48, 512, 8},  {3, 4099, 10},
                                {3, 70001, 0}};

const RegisterKernels sampling{"mask_corruption/sampling.cu",
                               {kernel_case("choose_tokens/thread_per_row", "M V temperature*10",
                                            shapes, choose_tokens_thread_per_row, verify_choose),
                                kernel_case("choose_tokens/warp_per_row", "M V temperature*10",
                                            shapes, choose_tokens_warp_per_row, verify_choose)}};

}  // namespace
}  // namespace seed
