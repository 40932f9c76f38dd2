// Attention of some rows over a KV cache that holds their own keys and values already.
//
//   S[i,j] = q[i] . k[j] / sqrt(D)      P[i,:] = softmax of S[i,:] over j < visible(i)
//   y[i]   = sum_j P[i,j] v[j]
//
// A row at position p sees the keys up to the end of its block of b positions, or of its text. The
// texts are ragged: each has a length of its own, and rows of its own number.
#pragma once

#include <span>

#include "core/array.h"

namespace seed {

// Rows of one text that follow each other, in the batch and in the text.
struct CacheRun {
    Index slot = 0, begin = 0, count = 0;  // positions begin ... begin + count - 1 of that text
    Index first_row = 0;                   // of the batch; the others follow

    // Keys that the row at `position` sees: those of its block, and no more than there are.
    Index visible(Index position, Index block) const {
        return std::min(begin + count, (position / block + 1) * block);
    }
};

struct CachedAttentionShape {
    Index heads = 0, kv_heads = 0, head_size = 0;  // H, K, D
    Index positions = 0;                           // T, of the cache
    Index block = 1;                               // b; 1 is the causal mask
    std::span<const CacheRun> runs;                // all N rows
};

// Row rows[n] of y becomes row n of x (N, C). No row may occur twice. Throws for one that y lacks.
template <class T>
void scatter_rows(HostView<T> y, In<T> x, std::span<const Index> rows);

// y (N, H * D), q (N, H * D), keys and values (S * T, K * D): row slot * T + position. The bits of
// a run's rows depend on nothing but that run and its text's cache. Throws where shapes do not fit.
template <class T>
void cached_attention_forward(HostView<T> y, In<T> q, In<T> keys, In<T> values,
                              const CachedAttentionShape& shape);

}  // namespace seed
