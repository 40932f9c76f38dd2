#include "tokenizer/pair_counts.h"

#include <algorithm>
#include <unordered_map>

#include "core/require.h"

namespace seed {

WeightedWords encode_words(const Tokenizer& tokenizer, std::span<const WordCount> words) {
    WeightedWords all;
    for (const WordCount& word : words) {
        const std::vector<TokenId> ids = tokenizer.encode_pre_token(word.bytes);
        if (ids.empty()) continue;
        all.symbols.insert(all.symbols.end(), ids.begin(), ids.end());
        all.weights.insert(all.weights.end(), ids.size() - 1, word.count);
        all.weights.push_back(0);
    }
    return all;
}

// [pair_counts.count]
std::vector<PairCount> count_pairs(std::span<const TokenId> symbols,
                                   std::span<const std::int64_t> weights) {
    require(symbols.size() == weights.size() && (weights.empty() || weights.back() == 0),
            "count_pairs: expected a weight for each of {} symbols, the last 0, got {} weights",
            symbols.size(), weights.size());
    std::unordered_map<TokenPair, std::int64_t, TokenPairHash> counts;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        require(weights[i] >= 0, "count_pairs: expected weights >= 0, got {}", weights[i]);
        if (weights[i] > 0) counts[{symbols[i], symbols[i + 1]}] += weights[i];
    }
    std::vector<PairCount> sorted;
    for (const auto& [pair, count] : counts) sorted.push_back({pair, count});
    std::ranges::sort(sorted, {}, &PairCount::pair);
    return sorted;
}
// [/pair_counts.count]

}  // namespace seed
