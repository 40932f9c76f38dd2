// The kernels of cuda/tokenizer/pair_counts.cu.
#include <bit>

#include "tests/support/kernel_case.h"
#include "tokenizer/pair_counts_device.h"
#include "tokenizer/pair_table.cuh"

namespace seed {
namespace {

using Count = decltype(count_pairs_global_table);

// S symbols out of V, weights up to 2^33 (a sum needs 64 bits), one in five the end of a word.
WeightedWords random_symbols(Index size, Index vocabulary, RandomKey key) {
    RandomStream random(key.fork("symbols"), 0);
    WeightedWords all;
    for (Index i = 0; i < size; ++i) {
        all.symbols.push_back(TokenId(random.below(std::uint32_t(vocabulary))));
        const bool ends = i + 1 == size || random.below(5) == 0;
        const std::int64_t weight = random.between(1, 1 << 30);
        all.weights.push_back(ends ? 0 : weight * 8);
    }
    return all;
}

// Puts words of two symbols at the front whose pairs all ask for the last slot of the kernels'
// tables, as many as a block's table tries slots for and some more: most of them must go on at its
// beginning. They have the left symbol in common or, the second half, the right one; the others are
// of any size.
void add_pairs_of_the_last_slot(WeightedWords& all, std::size_t pairs) {
    const std::size_t slots = std::bit_ceil(2 * all.symbols.size() + 1);
    const unsigned last_slot = unsigned(std::max<std::size_t>(slots, 1024) - 1);
    std::size_t at = 0;
    for (TokenId other = 0; at < 2 * pairs; ++other) {
        const TokenId left = at < pairs ? 70001 : other, right = at < pairs ? other : 70002;
        if (first_slot(pair_word(left, right), last_slot) != last_slot) continue;
        all.symbols[at] = left, all.symbols[at + 1] = right;
        all.weights[at] = 3 + std::int64_t(at), all.weights[at + 1] = 0;
        at += 2;
    }
}

void verify_count(Count* count, const Shape& s, Report& report) {
    WeightedWords all = random_symbols(s[0], s[1], report.key());
    if (s[0] >= 4) add_pairs_of_the_last_slot(all, std::size_t(std::min<Index>(s[0] / 4, 10)) * 2);
    const auto symbols = report.given("symbols", all.symbols);
    const auto weights = report.given("weights", all.weights);
    const std::vector<PairCount> actual = count(symbols.view(), weights.view());
    const std::vector<PairCount> expected = count_pairs(all.symbols, all.weights);
    report.expect_value("distinct pairs", double(actual.size()), {double(expected.size()), 0});
    for (std::size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
        const auto [pair, number] = expected[i];
        report.expect_that(
            actual[i] == expected[i],
            fmt::format("pair {} of {}: expected ({}, {}) x {}, got ({}, {}) x {}", i,
                        expected.size(), pair.first, pair.second, number, actual[i].pair.first,
                        actual[i].pair.second, actual[i].count));
    }
}

// Around a block's 256 threads and its 4096 symbols; with 3 tokens few pairs, which all threads
// want; with 5000 tokens more pairs than a block's table holds
const std::vector<Shape> shapes{{1, 1},    {2, 2},      {255, 3},     {256, 50},  {257, 7},
                                {4095, 3}, {4096, 259}, {4097, 5000}, {9001, 40}, {20000, 5000}};

const RegisterKernels pair_counts{
    "tokenizer/pair_counts.cu",
    {kernel_case("count_pairs/global_table", "S V", shapes, count_pairs_global_table, verify_count),
     kernel_case("count_pairs/block_table", "S V", shapes, count_pairs_block_table, verify_count)}};

}  // namespace
}  // namespace seed
