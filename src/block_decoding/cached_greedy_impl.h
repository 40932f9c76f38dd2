// The body of cached_greedy.h.
#pragma once

#include "block_decoding/cached_greedy.h"
#include "block_decoding/cached_transformer_impl.h"

namespace seed {

// Throws Error for prompts that cannot be continued, or not in a cache of that size.
void check_greedy_decoding(const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
                           Index cached_texts, Index cached_positions);

// [cached_greedy.loop]
template <class Space>
AutoregressiveResult greedy_decode_with_cache(Transformer<Space>& model, KvCache<Space>& cache,
                                              const std::vector<std::vector<std::int32_t>>& prompts,
                                              Index positions, std::int32_t eos,
                                              const GreedyHooks& hooks) {
    check_greedy_decoding(prompts, positions, cache.sequences(), cache.positions());
    CachedTransformer<Space> cached(model, cache);
    cache.clear();
    AutoregressiveResult result{prompts, std::vector<Index>(prompts.size())};
    std::vector<CachedTokens> active;  // what each unfinished text has that is not cached
    for (std::size_t s = 0; s < prompts.size(); ++s) active.push_back({Index(s), 0, prompts[s]});
    while (!active.empty()) {
        std::vector<Index> rows;  // the last one of every text
        Index computed = 0;
        for (const CachedTokens& text : active) {
            computed += Index(text.ids.size());
            rows.push_back(computed - 1);
        }
        if (hooks.count_call) hooks.count_call(computed, Index(rows.size()));
        const auto logits = to_host(cached.logits(active, 1, rows));  // (texts, V)
        std::vector<CachedTokens> still_active;
        for (std::size_t i = 0; i < active.size(); ++i) {
            const Index s = active[i].slot, position = active[i].end();
            const auto* row = logits.view().row(Index(i));
            auto next = std::int32_t(std::max_element(row, row + logits.view().cols) - row);
            if (hooks.replay) next = hooks.replay(s, position, next);
            ++result.calls[std::size_t(s)];
            result.completions[std::size_t(s)].push_back(next);
            if (next == eos || position + 1 == positions) continue;
            still_active.push_back({s, position, {next}});
        }
        active = std::move(still_active);
    }
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        result.completions[s] = completion_of(result.completions[s], Index(prompts[s].size()), eos);
    }
    return result;
}
// [/cached_greedy.loop]

}  // namespace seed
