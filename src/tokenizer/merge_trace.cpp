#include "tokenizer/merge_trace.h"

#include <limits>

#include "tokenizer/pre_tokenizer.h"

namespace seed {
namespace {

using Words = std::vector<std::vector<TokenId>>;  // the tokens of each pre-token

std::vector<TokenId> joined(const Words& words) {
    std::vector<TokenId> tokens;
    for (const auto& word : words) tokens.insert(tokens.end(), word.begin(), word.end());
    return tokens;
}

struct Choice {
    int rank = std::numeric_limits<int>::max();
    std::size_t word = 0, left = 0;
    TokenId product = -1;  // -1: no pair can be merged
};

Choice lowest_rank(const Tokenizer& tokenizer, const Words& words) {
    Choice best;
    for (std::size_t w = 0; w < words.size(); ++w) {
        for (std::size_t i = 0; i + 1 < words[w].size(); ++i) {
            const auto* merge = tokenizer.find_merge(words[w][i], words[w][i + 1]);
            if (merge && merge->rank < best.rank) best = {merge->rank, w, i, merge->product};
        }
    }
    return best;
}

}  // namespace

MergeTrace trace_merges(const Tokenizer& tokenizer, std::string_view text) {
    Words words;
    for (std::string_view pre_token : split_pre_tokens(text)) {
        auto& word = words.emplace_back();
        for (char byte : pre_token) word.push_back(tokenizer.byte_id(byte));
    }

    MergeTrace trace{joined(words), {}};
    while (true) {
        const Choice best = lowest_rank(tokenizer, words);
        if (best.product < 0) return trace;
        auto& word = words[best.word];
        const TokenId left = word[best.left], right = word[best.left + 1];
        word[best.left] = best.product;
        word.erase(word.begin() + std::ptrdiff_t(best.left) + 1);
        trace.steps.push_back({best.rank, left, right, best.product, joined(words)});
    }
}

}  // namespace seed
