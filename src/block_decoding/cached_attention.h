// Attention of some rows over a KV cache that holds their own keys and values already.
//
//   S[i,j] = q[i] . k[j] / sqrt(D)      P[i,:] = softmax of S[i,:] over j < visible(i)
//   y[i]   = sum_j P[i,j] v[j]
//
// A row at position p sees the keys up to the end of its block of b positions, or of its text. The
// texts are ragged: each has a length of its own, and rows of its own number.
//
// The cache holds the values by rows: row slot * T + position. The keys lie across: row
// (slot * K + kv_head) * D + d holds number d of that head's keys, a column for each position. So
// q . k is computed for many keys at once, from numbers that lie side by side.
#pragma once

#include <span>

#include "core/array.h"

namespace seed {

// [cached_attention.shape]
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
// [/cached_attention.shape]

// Throws Error unless the runs cover `rows` rows in order, each within the cache, whose keys and
// values have these shapes.
void check_cached_attention(const CachedAttentionShape& shape, Index rows, Index key_rows,
                            Index key_cols, Index value_rows, Index value_cols);

// Columns that keys of T positions have: whole cache lines, and one more, so that the D numbers of
// a key do not all fall into one set of the processor's cache where T is a power of two.
constexpr Index key_columns(Index positions) { return (positions + 15) / 16 * 16 + 16; }

// The rows of k and v (N, K * D) take their places in keys (S * K * D, key_columns(T)) and values
// (S * T, K * D). Throws where shapes do not fit.
template <class T>
void append_to_cache(HostView<T> keys, Out<T> values, In<T> k, In<T> v,
                     const CachedAttentionShape& shape);

// y (N, H * D), q (N, H * D). The bits of a run's rows depend on nothing but that run and its
// text's cache. Throws where shapes do not fit. Columns of keys behind the text hold any finite
// numbers.
template <class T>
void cached_attention_forward(HostView<T> y, In<T> q, In<T> keys, In<T> values,
                              const CachedAttentionShape& shape);

}  // namespace seed
