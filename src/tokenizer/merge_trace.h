// BPE encoding written as its definition says it, one merge at a time, with every intermediate
// state kept: slow, for looking at.
#pragma once

#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace seed {

struct MergeStep {
    int rank;                     // the merge's place in Tokenizer::merges()
    TokenId left, right;          // the pair
    TokenId product;              // what it becomes
    std::vector<TokenId> tokens;  // the whole text after this step
};

struct MergeTrace {
    std::vector<TokenId> bytes;  // the text before the first step: one token per byte
    std::vector<MergeStep> steps;
};

// The merges that turn `text` into its tokens: at each step the one of lowest rank in the whole
// text, leftmost first. After the last step the tokens are those of Tokenizer::encode.
// Time and memory grow with the square of the text's length.
MergeTrace trace_merges(const Tokenizer& tokenizer, std::string_view text);

}  // namespace seed
