// Block-parallel decoding with a KV cache: block_denoise.h's texts, token for token, for less work.
//
// A step computes the positions of a text's current block alone; all before it are in the cache.
// The first step of a block computes the finished block on its left as well: its last token was not
// there yet when it was computed last. So a clean pass costs rows, and not a call.
//
//   step 1      prompt, block 1 of masks      (the prompt's end may lie within block 1)
//   step 2 ...  block 1                       until nothing in it is masked
//   next        block 1, clean | block 2      keys and values of block 1 are final
#pragma once

#include "block_decoding/block_denoise.h"
#include "block_decoding/cached_transformer.h"

namespace seed {

// Who wants to know more, or otherwise, on the way. All may be empty.
struct DecodeHooks {
    RefineObserver observer = {};  // sees every state after every step
    // Counts a call's work: rows computed, rows of logits.
    std::function<void(Index rows, Index masked)> count_call = {};
    // May change what a step made of a text's masked positions: to replay another model's.
    std::function<void(Index text, std::span<const Index> masked, std::span<Reveal> step)> replay =
        {};
};

// As denoise_by_block under its block-causal mask; text s uses slot s of the cache, and what was in
// it is forgotten. Texts leave the batch as they finish. A text's result is the same bit for bit,
// whatever is decoded beside it and however many threads there are. Throws Error where
// denoise_by_block does; for full attention, which has no exact cache; for a prompt that is empty;
// for a block larger than the canvas or the cache; for more prompts than the cache has room for;
// and for a cache of another model.
template <class Space>
std::vector<RefiningState> denoise_with_cache(Transformer<Space>& model, KvCache<Space>& cache,
                                              const std::vector<std::vector<std::int32_t>>& prompts,
                                              Index positions, const BlockOptions& options,
                                              const DecodeHooks& hooks = {});

// With a cache of its own.
template <class Space>
std::vector<RefiningState> denoise_with_cache(Transformer<Space>& model,
                                              const std::vector<std::vector<std::int32_t>>& prompts,
                                              Index positions, const BlockOptions& options,
                                              const DecodeHooks& hooks = {}) {
    KvCache<Space> cache(model.config(), Index(prompts.size()), positions);
    return denoise_with_cache(model, cache, prompts, positions, options, hooks);
}

}  // namespace seed
