// Decoding as fast as a space allows: with a KV cache where it has one. The tokens are the same.
#pragma once

#include "block_decoding/cached_decode.h"
#include "block_decoding/cached_greedy.h"

namespace seed {

// greedy_decode, with a cache where there is one.
template <class Space>
AutoregressiveResult decode_left_to_right(Transformer<Space>& model,
                                          const std::vector<std::vector<std::int32_t>>& prompts,
                                          Index positions, std::int32_t eos) {
    if constexpr (has_cache<Space>) {
        return greedy_decode_with_cache(model, prompts, positions, eos);
    } else {
        return greedy_decode(model, prompts, positions, eos);
    }
}

// denoise_by_block, with a cache where there is one and attention is block-causal.
template <class Space>
std::vector<DenoisingState> decode_blocks(Transformer<Space>& model,
                                          const std::vector<std::vector<std::int32_t>>& prompts,
                                          Index positions, const BlockOptions& options,
                                          const DenoiseObserver& observer = {}) {
    if constexpr (has_cache<Space>) {
        if (options.block_causal) {
            return denoise_with_cache(model, prompts, positions, options, {.observer = observer});
        }
    }
    return denoise_by_block(model, prompts, positions, options, observer);
}

}  // namespace seed
