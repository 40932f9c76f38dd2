// The kernels of cuda/mask_corruption/denoise.cu: the reveal rules.
#include <numeric>

#include "mask_corruption/denoise_device.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using Above = decltype(reveal_above_thread_per_text);
using Count = decltype(reveal_count_thread_per_text);
using AtRandom = decltype(reveal_at_random_block_per_text);

constexpr double threshold = 0.5;

// B texts of 0 ... `longest` rows, the first five and the last of full length. The probabilities
// are multiples of 1/16: many are equal. In every second text none is above the threshold, some are
// equal to it. Two texts of five have low ones but for two neighbours, both above the threshold or
// a single one equal to it: near the beginning of the text or, in the second half of the texts, at
// its end, so that one tile of a block's rows tells nothing of the others.
struct Texts {
    std::vector<Index> first_row = {0};
    std::vector<double> probability;

    Index count() const { return Index(first_row.size()) - 1; }
    std::vector<TokenChoice> choices(Index b) const {
        std::vector<TokenChoice> all;
        for (Index i = first_row[b]; i < first_row[b + 1]; ++i) all.push_back({0, probability[i]});
        return all;
    }
};

Texts random_texts_of_rows(Index count, Index longest, RandomKey key) {
    RandomStream random(key.fork("texts"), 0);
    Texts texts;
    for (Index b = 0; b < count; ++b) {
        const Index rows = b < 5 || b == count - 1 ? longest : random.between(0, int(longest));
        texts.first_row.push_back(texts.first_row.back() + rows);
        const bool low = b % 5 >= 3;
        for (Index i = 0; i < rows; ++i) {
            texts.probability.push_back(random.between(1, low ? 7 : b % 2 == 1 ? 8 : 15) / 16.0);
        }
        if (!low || rows < 2) continue;
        const Index at =
            b < count / 2 + 1 ? random.between(0, int(std::min<Index>(rows, 100)) - 2) : rows - 2;
        double* const two = &texts.probability[texts.first_row[b] + at];
        two[1] = b % 5 == 3 ? 0.75 : 0.5;
        if (b % 5 == 3) two[0] = 0.6875;
    }
    return texts;
}

// 1 in the rows that the host reveals: chosen(b) are indices within text b.
template <class Chosen>
std::vector<Bounded> flags_of(const Texts& texts, Chosen&& chosen) {
    std::vector<Bounded> flags(texts.probability.size(), {0, 0});
    for (Index b = 0; b < texts.count(); ++b) {
        for (Index i : chosen(b)) flags[texts.first_row[b] + i].value = 1;
    }
    return flags;
}

KernelArray<double> column_of(const Texts& texts, Report& report) {
    const Index rows = Index(texts.probability.size());
    return report.given("probabilities", HostView<const double>{texts.probability.data(), rows, 1});
}

void verify_above(Above* reveal, const Shape& s, Report& report) {
    const Texts texts = random_texts_of_rows(s[0], s[1], report.key());
    const auto p = column_of(texts, report);
    const auto revealed = report.output<std::int32_t>("revealed", p.rows(), 1);
    reveal(revealed.view(), p.view(), texts.first_row, threshold);
    DenoiseOptions options;
    options.rule = RevealRule::threshold, options.threshold = threshold;
    const std::vector<Bounded> expected = flags_of(
        texts, [&](Index b) { return positions_to_reveal(texts.choices(b), 0, options, {}); });
    report.expect(revealed, [&](Index i, Index) { return expected[i]; });
}

void verify_count(Count* reveal, const Shape& s, Report& report) {
    const Texts texts = random_texts_of_rows(s[0], s[1], report.key());
    DenoiseOptions options;
    options.rule = RevealRule::count, options.steps = 5;
    std::vector<Index> counts;
    for (Index b = 0; b < texts.count(); ++b) {
        const Index rows = texts.first_row[b + 1] - texts.first_row[b];
        const bool all = b % 7 == 1;  // more than there are
        counts.push_back(all ? rows + 2 : count_to_reveal(rows, b % 5, options));
    }
    const auto p = column_of(texts, report);
    const auto revealed = report.output<std::int32_t>("revealed", p.rows(), 1);
    reveal(revealed.view(), p.view(), texts.first_row, counts);
    const std::vector<Bounded> expected = flags_of(texts, [&](Index b) {
        std::vector<Index> chosen(std::size_t(texts.first_row[b + 1] - texts.first_row[b]));
        std::iota(chosen.begin(), chosen.end(), Index{0});
        if (b % 7 != 1) chosen = positions_to_reveal(texts.choices(b), b % 5, options, {});
        return chosen;
    });
    report.expect(revealed, [&](Index i, Index) { return expected[i]; });
}

void verify_at_random(AtRandom* reveal, const Shape& s, Report& report) {
    const Texts texts = random_texts_of_rows(s[0], s[1], report.key());
    RandomStream random(report.key().fork("chances"), 0);
    std::vector<double> chances;
    std::vector<Index> steps;
    std::vector<RandomKey> keys;
    for (Index b = 0; b < texts.count(); ++b) {
        keys.push_back(report.key().fork(std::uint64_t(b)));
        steps.push_back(random.between(0, 1000));
        // Exactly one row's number (which is not below itself), any, all, none
        const auto row = random.below(std::uint32_t(s[1]));
        const double edge = uniform_double(keys[b], std::uint64_t(steps[b]), row);
        chances.push_back(b % 4 == 0   ? edge
                          : b % 4 == 1 ? random.uniform()
                          : b % 4 == 2 ? 1.0
                                       : 0.0);
    }
    const auto revealed =
        report.output<std::int32_t>("revealed", Index(texts.probability.size()), 1);
    reveal(revealed.view(), texts.first_row, chances, steps, keys);
    const std::vector<Bounded> expected = flags_of(texts, [&](Index b) {
        std::vector<Index> chosen;
        for (Index i = 0; i < texts.first_row[b + 1] - texts.first_row[b]; ++i) {
            const double u = uniform_double(keys[b], std::uint64_t(steps[b]), std::uint32_t(i));
            if (u < chances[b]) chosen.push_back(i);
        }
        return chosen;
    });
    report.expect(revealed, [&](Index i, Index) { return expected[i]; });
}

// Around a block's 128 threads, as texts and as rows of a text; more rows than threads; the real
// size
const std::vector<Shape> shapes{{1, 1},   {2, 1},   {3, 127}, {4, 128}, {5, 129}, {9, 31},
                                {127, 6}, {128, 3}, {129, 5}, {32, 96}, {10, 300}};

const RegisterKernels reveal{"mask_corruption/denoise.cu",
                             {kernel_case("reveal_above/thread_per_text", "B longest", shapes,
                                          reveal_above_thread_per_text, verify_above),
                              kernel_case("reveal_above/block_per_text", "B longest", shapes,
                                          reveal_above_block_per_text, verify_above),
                              kernel_case("reveal_count/thread_per_text", "B longest", shapes,
                                          reveal_count_thread_per_text, verify_count),
                              kernel_case("reveal_count/rank_per_thread", "B longest", shapes,
                                          reveal_count_rank_per_thread, verify_count),
                              kernel_case("reveal_at_random/block_per_text", "B longest", shapes,
                                          reveal_at_random_block_per_text, verify_at_random)}};

}  // namespace
}  // namespace seed
