// Weighted cross entropy over the vocabulary, fused with the softmax.
//
//   lse[n]  = log sum_v exp(z[n,v])          loss[n] = w[n] (lse[n] - z[n, target[n]])
//   dz[n,v] += w[n] (exp(z[n,v] - lse[n]) - [v = target[n]])
//
// A logit of -inf (the mask token's, see forbid_token) has probability 0 and no gradient.
#pragma once

#include <span>

#include "core/array.h"

namespace seed {

// Sets column `token` of logits (N, V) to -inf: the model never predicts the mask token
// (Seed Diffusion, below eq. 4).
template <class T>
void forbid_token(HostView<T> logits, std::int32_t token);

// losses (N, 1), lse (N, 1), logits (N, V), weights (N, 1), targets: N tokens. In nats.
template <class T>
void cross_entropy_forward(HostView<T> losses, Out<T> lse, In<T> logits,
                           std::span<const std::int32_t> targets, In<T> weights);

// dlogits (N, V).
template <class T>
void cross_entropy_backward(HostView<T> dlogits, In<T> logits, In<T> lse,
                            std::span<const std::int32_t> targets, In<T> weights);

}  // namespace seed
