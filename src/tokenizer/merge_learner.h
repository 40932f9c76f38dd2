// The words of a corpus while BPE merges are learned on them.
//
// All distinct words stand one after another in `symbols_`, linked to their neighbours. For every
// pair the table holds its count and the places where it may stand, so that a merge touches only
// those places and never the whole corpus.
//
// A merged pair never comes back and no two merges make the same bytes: where a token's bytes stand
// with a border at both ends, earlier merges have treated them alike everywhere, so they have
// become that token everywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <span>
#include <unordered_map>
#include <vector>

#include "tokenizer/bpe_trainer.h"
#include "tokenizer/vocabulary.h"

namespace seed {

class MergeLearner {
public:
    explicit MergeLearner(std::span<const WordCount> words);

    // Merges the pair with the highest count, ties to the smaller ids, everywhere. Returns false,
    // and merges nothing, if no pair occurs `min_count` times.
    bool merge_most_frequent_pair(std::int64_t min_count);

    const VocabularyBuilder& vocabulary() const { return vocabulary_; }

private:
    using Place = std::int32_t;  // index into symbols_
    static constexpr std::int32_t none = -1;  // no place, no token

    struct PairUse {
        std::int64_t count = 0;
        std::vector<Place> places;  // where it was seen; some may have gone since
    };
    struct Candidate {
        std::int64_t count;
        TokenPair pair;
        // The queue's top is the greatest: the highest count, then the smallest pair.
        bool operator<(const Candidate& other) const {
            return count != other.count ? count < other.count : pair > other.pair;
        }
    };

    TokenPair pair_at(Place left) const { return {symbols_[left], symbols_[next_[left]]}; }
    bool is_pair(Place left) const { return left != none && next_[left] != none; }
    void add_word(const WordCount& word);
    void add_pair(Place left);
    void remove_pair(Place left);
    void feed_queue();
    std::optional<TokenPair> pop_most_frequent(std::int64_t min_count);
    void merge_at(Place left, TokenId product);

    VocabularyBuilder vocabulary_;
    std::vector<TokenId> symbols_;        // of every word, one word after another
    std::vector<Place> next_, previous_;  // neighbours within the word, or none
    std::vector<std::int64_t> weight_;    // how many times the symbol's word occurs
    std::unordered_map<TokenPair, PairUse, TokenPairHash> uses_;
    std::vector<TokenPair> grown_;  // pairs whose count rose since the queue was last fed
    std::priority_queue<Candidate> queue_;
};

}  // namespace seed
