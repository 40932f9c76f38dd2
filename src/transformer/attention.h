// Grouped-query attention (Ainslie et al., 2023, arXiv 2305.13245) with prefix-shaped masks.
//
//   S[i,j] = q[i] . k[j] / sqrt(D)      P[i,:] = softmax of S[i,:] over the visible keys
//   y[i]   = sum_j P[i,j] v[j]
//
// Which keys a query sees is one number per row: keys 0 ... visible(i)-1.
//   full             all keys
//   block_causal(b)  j / b <= i / b: everything up to the end of the query's own block of b
//                    positions; b = 1 is the causal mask of an autoregressive model
// Keys at or beyond the sequence's length (padding) are never visible.
#pragma once

#include <algorithm>
#include <span>

#include "core/array.h"

namespace seed {

// [attention.mask]
struct AttentionMask {
    Index block = 0;  // 0: full; otherwise the b of block_causal(b)

    static AttentionMask full() { return {0}; }
    static AttentionMask block_causal(Index block) {
        require(block >= 1, "attention mask: expected a block size >= 1, got {}", block);
        return {block};
    }
    // Number of keys that the query at position i sees, in a sequence of `length` tokens.
    Index visible(Index i, Index length) const {
        return block == 0 ? length : std::min(length, (i / block + 1) * block);
    }
};
// [/attention.mask]

// How the rows of q (N, H * D), k and v (N, K * D) are laid out: B sequences of T positions each,
// H query heads in groups of H / K that share one of the K key/value heads.
struct AttentionShape {
    Index batch = 0, positions = 0, heads = 0, kv_heads = 0, head_size = 0;
    AttentionMask mask;
    std::span<const std::int32_t> lengths;  // (B) tokens that are no padding, each in 1 ... T
};

// y (N, H * D); probabilities (B * H * T, T) keeps P for the backward pass.
template <class T>
void attention_forward(HostView<T> y, Out<T> probabilities, In<T> q, In<T> k, In<T> v,
                       const AttentionShape& shape);

// dP[i,j] = dy[i] . v[j];  dS = P (dP - sum_j P dP);  dq = dS k / sqrt(D);  dk = dSᵀ q / sqrt(D);
// dv = Pᵀ dy. All three are added to.
template <class T>
void attention_backward(HostView<T> dq, Out<T> dk, Out<T> dv, In<T> dy, In<T> probabilities,
                        In<T> q, In<T> k, In<T> v, const AttentionShape& shape);

}  // namespace seed
