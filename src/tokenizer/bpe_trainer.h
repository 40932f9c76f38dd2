// Learns the merges of a byte-level BPE from a corpus.
//
//   repeat: (a, b) = the adjacent pair of tokens, inside pre-tokens, with the highest count
//           (on a tie, the pair with the smaller ids); merge every a b, from left to right, into ab
//
// until the vocabulary is full or no pair is left that occurs min_count times. The count of a pair
// is the number of places where it stands; in "aaa" the pair (a, a) stands at two.
// The result depends on nothing but the texts and the options, not on their order or on threads.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace seed {

struct BpeOptions {
    int vocab_size = 512;  // with the 3 special tokens and the 256 bytes: at least 259
    int min_count = 2;     // a pair that occurs fewer times is not merged; at least 1
};

// Throws for options out of range. Fewer tokens than asked for are learned if the texts are small.
Tokenizer train_bpe(std::span<const std::string> texts, const BpeOptions& options);

// A distinct pre-token and how many times it occurs.
struct WordCount {
    std::string_view bytes;  // points into the texts
    std::int64_t count;
};

// The distinct pre-tokens of all texts, sorted by their bytes.
std::vector<WordCount> count_words(std::span<const std::string> texts);

}  // namespace seed
