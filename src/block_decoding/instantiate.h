// Every function of this folder that is written once for all spaces, with its body: see
// transformer/instantiate.h.
#pragma once

#include "block_decoding/block_denoise_impl.h"
#include "block_decoding/cached_decode_impl.h"
#include "block_decoding/cached_greedy_impl.h"

#define SEED_INSTANTIATE_BLOCK_DECODING(Space)                                               \
    template std::vector<RefiningState> denoise_by_block(                                    \
        Transformer<Space>&, const std::vector<std::vector<std::int32_t>>&, Index,           \
        const BlockOptions&, const RefineObserver&);                                         \
    template class KvCache<Space>;                                                           \
    template class CachedTransformer<Space>;                                                 \
    template std::vector<RefiningState> denoise_with_cache(                                  \
        Transformer<Space>&, KvCache<Space>&, const std::vector<std::vector<std::int32_t>>&, \
        Index, const BlockOptions&, const DecodeHooks&);                                     \
    template AutoregressiveResult greedy_decode_with_cache(                                  \
        Transformer<Space>&, KvCache<Space>&, const std::vector<std::vector<std::int32_t>>&, \
        Index, std::int32_t, const GreedyHooks&);
