// Counting pairs by going through the corpus, and BPE training made of nothing else.
#include "tokenizer/pair_counts.h"

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/tokenizer/random_text.h"

using namespace seed;

namespace {

// Train by the definition: encode all words with the merges so far, count, take the best pair.
Tokenizer train_by_definition(std::span<const std::string> texts, int merges) {
    const std::vector<WordCount> words = count_words(texts);
    std::vector<TokenPair> learned;
    while (int(learned.size()) < merges) {
        const WeightedWords all = encode_words(Tokenizer::from_merges(learned), words);
        const std::vector<PairCount> counts = count_pairs(all.symbols, all.weights);
        if (counts.empty()) break;
        // The first of the largest: pairs are sorted, so ties go to the smaller pair
        learned.push_back(std::ranges::max_element(counts, {}, &PairCount::count)->pair);
    }
    return Tokenizer::from_merges(learned);
}

}  // namespace

TEST_CASE("pairs count as often as their word occurs, and none spans two words") {
    // "aba" twice, "ba" five times
    const std::vector<TokenId> symbols = {7, 8, 7, 8, 7};
    const std::vector<std::int64_t> weights = {2, 2, 0, 5, 0};
    CHECK(count_pairs(symbols, weights) == std::vector<PairCount>{{{7, 8}, 2}, {{8, 7}, 7}});
    CHECK(count_pairs({}, {}).empty());
    const std::vector<TokenId> same = {9, 9, 9};
    CHECK(count_pairs(same, std::vector<std::int64_t>{4, 4, 0}) ==
          std::vector<PairCount>{{{9, 9}, 8}});
}

TEST_CASE("a pair that would reach behind the last symbol is refused, and so is a negative count") {
    const std::vector<TokenId> symbols = {7, 8};
    CHECK(error_of([&] { count_pairs(symbols, std::vector<std::int64_t>{1, 1}); }) ==
          "count_pairs: expected a weight for each of 2 symbols, the last 0, got 2 weights");
    CHECK(error_of([&] { count_pairs(symbols, std::vector<std::int64_t>{0}); }) ==
          "count_pairs: expected a weight for each of 2 symbols, the last 0, got 1 weights");
    CHECK(error_of([&] { count_pairs(symbols, std::vector<std::int64_t>{-3, 0}); }) ==
          "count_pairs: expected weights >= 0, got -3");
}

TEST_CASE("a pre-token's ids are those of the text that it is, and are never cut") {
    const std::vector<std::string> texts = random_texts(3, 20, 4);
    const Tokenizer tokenizer = train_bpe(texts, {300, 1});
    for (const WordCount& word : count_words(texts)) {
        CHECK(tokenizer.encode_pre_token(word.bytes) == tokenizer.encode(word.bytes));
    }
    CHECK(tokenizer.encode_pre_token("").empty());
    CHECK(tokenizer.decode(tokenizer.encode_pre_token("ab ab\nab")) == "ab ab\nab");
}

TEST_CASE("encoding, counting and taking the best pair, over and over, is BPE training") {
    for (const int letters : {2, 3, 6}) {
        const std::vector<std::string> texts = random_texts(std::uint64_t(letters), 12, letters);
        const Tokenizer fast = train_bpe(texts, {base_vocabulary_size + 25, 1});
        const Tokenizer slow = train_by_definition(texts, int(fast.merges().size()));
        CHECK(spelled_merges(slow) == spelled_merges(fast));
    }
}
