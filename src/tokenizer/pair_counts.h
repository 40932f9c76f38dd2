// The counting step of BPE training as its definition says it: go through the whole corpus and count
// every adjacent pair. MergeLearner comes to the same counts without going through it again after
// each merge; a GPU can afford to go through it.
#pragma once

#include <span>
#include <vector>

#include "tokenizer/bpe_trainer.h"

namespace seed {

// The distinct words of a corpus, one after another, as S tokens. weights[i] is the number of times
// that the pair of tokens i and i + 1 counts: how often its word occurs; 0 for a word's last token.
struct WeightedWords {
    std::vector<TokenId> symbols;       // (S)
    std::vector<std::int64_t> weights;  // (S)
};

// The words in the tokens that the tokenizer's merges make of them.
WeightedWords encode_words(const Tokenizer& tokenizer, std::span<const WordCount> words);

struct PairCount {
    TokenPair pair;
    std::int64_t count;
    bool operator==(const PairCount&) const = default;
};

// The sum of weights[i] over the places i of every pair (symbols[i], symbols[i + 1]); pairs in
// ascending order, those of weight 0 left out. Throws if the last weight is not 0, or one is
// negative.
std::vector<PairCount> count_pairs(std::span<const TokenId> symbols,
                                   std::span<const std::int64_t> weights);

}  // namespace seed
