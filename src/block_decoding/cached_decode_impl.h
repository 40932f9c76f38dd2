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
struct CachedBlockState : BlockState {
    Index cached = 0;
};

// What a step has to compute of text s: the block that is finished but not cached, and the current.
CachedTokens tokens_to_compute(const CachedBlockState& text, Index s);

// [cached_decode.step]
template <class Space>
void cached_step(CachedTransformer<Space>& model, std::vector<CachedBlockState>& texts,
                 const std::vector<Index>& active, const BlockOptions& options,
                 const DecodeHooks& hooks) {
    std::vector<CachedTokens> tokens;
    RefineCall call(options.within_block());
    Index computed = 0;
    for (const Index s : active) {
        CachedBlockState& text = texts[s];
        tokens.push_back(tokens_to_compute(text, s));
        call.add(text.block, computed - tokens.back().begin, block_key(text, s, options));
        computed += Index(tokens.back().ids.size());
        text.cached = text.begin;
    }
    if (hooks.count_call) hooks.count_call(computed, Index(call.rows().size()));
    RefineCall::Replay replay;
    if (hooks.replay) {
        replay = [&](std::size_t n, std::span<Reveal> fills) {
            const Index s = active[n];
            hooks.replay(s, texts[s].block.state.text.masked, fills);
        };
    }
    call.apply(model.logits(tokens, options.block, call.rows()), replay);
}
// [/cached_decode.step]

// [cached_decode.loop]
template <class Space>
std::vector<RefiningState> denoise_with_cache(Transformer<Space>& model, KvCache<Space>& cache,
                                              const std::vector<std::vector<std::int32_t>>& prompts,
                                              Index positions, const BlockOptions& options,
                                              const DecodeHooks& hooks) {
    check_cached_decoding(prompts, positions, options, cache.sequences(), cache.positions());
    CachedTransformer<Space> cached(model, cache);
    cache.clear();
    const std::int32_t mask = model.config().mask_token;
    std::vector<CachedBlockState> texts;
    for (const auto& prompt : prompts) texts.push_back({start_blocks(prompt, positions, mask)});
    while (true) {
        std::vector<Index> active;
        for (Index s = 0; s < Index(texts.size()); ++s) {
            enter_next_block(texts[s], options, Index(prompts[s].size()), mask);
            if (texts[s].is_running()) active.push_back(s);
        }
        if (active.empty()) break;
        cached_step(cached, texts, active, options, hooks);
        for (const Index s : active) {
            leave_step(texts[s], options);
            if (hooks.observer) hooks.observer(s, texts[s].state);
        }
    }
    std::vector<RefiningState> states;
    for (CachedBlockState& text : texts) states.push_back(std::move(text.state));
    return states;
}
// [/cached_decode.loop]

}  // namespace seed
