// The transformer over a KV cache: only the tokens that are given are computed; all that stands
// before them is read from the cache.
#pragma once

#include "block_decoding/cached_attention.h"
#include "block_decoding/kv_cache.h"
#include "transformer/transformer.h"

namespace seed {

// What a call computes for its N rows on the way.
template <class Space>
struct CachedActivations {
    using View = typename Space::View;
    View x, normed, rstd, branch;  // (N, C), (N, C), (N, 1), (N, C)
    View q, k, v, attended;        // (N, H * D), (N, K * D), (N, K * D), (N, H * D)
    View gate, up, hidden;         // (N, F)
    View cos_sin;                  // (N, D)
    View selected, logits;         // (M, C), (M, V)
};

// The arrays for N rows and logits of M of them.
template <class Space>
CachedActivations<Space> take_activations(Arena<Space>& arena, const ModelConfig& config, Index n,
                                          Index m);

template <class Space>
class CachedTransformer {
public:
    using Scalar = typename Space::Scalar;
    using View = typename Space::View;

    // Both must outlive this. Throws Error for a cache of a model of another shape.
    CachedTransformer(const Transformer<Space>& model, KvCache<Space>& cache);

    // Logits (M, V) at the given rows; the rows are the texts' tokens, text by text. Attention is
    // block-causal with blocks of `block` positions. The tokens' keys and values stay in the cache,
    // and are final for every block that is given whole and without masks. The view is valid until
    // the next call. Throws Error where KvCache::extend does, or where a text is given twice.
    View logits(std::span<const CachedTokens> texts, Index block, std::span<const Index> rows);

private:
    void prepare(std::span<const CachedTokens> texts, Index block, Index selected_rows);

    const Transformer<Space>& model_;
    KvCache<Space>& cache_;
    Arena<Space> arena_;
    CachedActivations<Space> act_;
    CachedAttentionShape shape_;  // of the current call
    std::vector<CacheRun> runs_;
    std::vector<std::int32_t> ids_;  // (N)
    std::vector<Index> positions_;   // (N) in the text
    std::vector<Index> cache_rows_;  // (N) in the cache
};

}  // namespace seed
