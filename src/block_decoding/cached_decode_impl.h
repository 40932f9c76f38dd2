// The body of cached_decode.h.
#pragma once

#include "block_decoding/block_denoise_impl.h"
#include "block_decoding/cached_decode.h"
#include "block_decoding/cached_transformer_impl.h"

namespace seed {

// Throws Error for what cannot be decoded with a cache of so many texts and positions.
void check_cached_decoding(const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
                           const BlockOptions& options, Index cached_texts, Index cached_positions);

// A text on its way, and how much of it is final in the cache: all before its last finished block.
struct CachedBlockState {
    BlockState block;
    Index cached = 0;
};

// What a step has to compute of text s: the block that is finished but not cached, and the current.
CachedTokens tokens_to_compute(const CachedBlockState& state, Index s, Index block);

template <class Space>
void cached_step(CachedTransformer<Space>& model, std::vector<CachedBlockState>& states,
                 const std::vector<Index>& active, const BlockOptions& options,
                 const DecodeHooks& hooks) {
    std::vector<CachedTokens> tokens;
    std::vector<Index> rows;
    std::vector<TextStep> texts;
    Index computed = 0;
    for (const Index s : active) {
        const BlockState& state = states[s].block;
        tokens.push_back(tokens_to_compute(states[s], s, options.block));
        for (const Index i : state.masked) rows.push_back(computed + i - tokens.back().begin);
        computed += Index(tokens.back().ids.size());
        const Index block = state.masked.front() / options.block;
        states[s].cached = block * options.block;
        texts.push_back({state.masked, state.calls,
                         options.fill.key.fork(std::uint64_t(s)).fork(std::uint64_t(block))});
    }
    if (hooks.count_call) hooks.count_call(computed, Index(rows.size()));
    std::vector<Reveal> outcome = reveal_step(model.logits(tokens, options.block, rows), texts,
                                              options.fill);  // (M, V) -> M
    std::span<Reveal> left = outcome;
    for (const Index s : active) {
        BlockState& state = states[s].block;
        const std::span<Reveal> step = left.first(state.masked.size());
        left = left.subspan(step.size());
        if (hooks.replay) hooks.replay(s, state.masked, step);
        advance(state, std::span<const Reveal>(step));
    }
}

// [cached_decode.loop]
template <class Space>
std::vector<DenoisingState> denoise_with_cache(
    Transformer<Space>& model, KvCache<Space>& cache,
    const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
    const BlockOptions& options, const DecodeHooks& hooks) {
    check_cached_decoding(prompts, positions, options, cache.sequences(), cache.positions());
    CachedTransformer<Space> cached(model, cache);
    cache.clear();
    std::vector<CachedBlockState> states;
    for (const auto& prompt : prompts) {
        states.push_back({{all_masked(prompt, positions, model.config().mask_token), {}, 0}, 0});
    }
    while (true) {
        std::vector<Index> active;
        for (Index s = 0; s < Index(states.size()); ++s) {
            BlockState& state = states[s].block;
            if (state.masked.empty()) enter_next_block(state, options, Index(prompts[s].size()));
            if (!state.masked.empty()) active.push_back(s);
        }
        if (active.empty()) break;
        cached_step(cached, states, active, options, hooks);
        for (const Index s : active) {
            if (hooks.observer) hooks.observer(s, states[s].block.text);
        }
    }
    std::vector<DenoisingState> texts;
    for (CachedBlockState& state : states) texts.push_back(std::move(state.block.text));
    return texts;
}
// [/cached_decode.loop]

}  // namespace seed
