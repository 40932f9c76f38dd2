// Decoding by blocks with a KV cache where there is an exact one. The tokens are the same.
#pragma once

#include "block_decoding/cached_decode.h"

namespace seed {

// denoise_by_block, with a cache where attention is block-causal: full attention has no exact one.
template <class Space>
std::vector<RefiningState> decode_blocks(Transformer<Space>& model,
                                         const std::vector<std::vector<std::int32_t>>& prompts,
                                         Index positions, const BlockOptions& options,
                                         const RefineObserver& observer = {}) {
    if (options.block_causal) {
        return denoise_with_cache(model, prompts, positions, options, {.observer = observer});
    }
    return denoise_by_block(model, prompts, positions, options, observer);
}

}  // namespace seed
