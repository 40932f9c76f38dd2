// Every function of this folder that is written once for all spaces, with its body: see
// transformer/instantiate.h.
#pragma once

#include "block_decoding/block_denoise_impl.h"

#define SEED_INSTANTIATE_BLOCK_DECODING(Space)                                     \
    template std::vector<DenoisingState> denoise_by_block(                         \
        Transformer<Space>&, const std::vector<std::vector<std::int32_t>>&, Index, \
        const BlockOptions&, const DenoiseObserver&);
