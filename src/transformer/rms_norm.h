// Root-mean-square normalisation (Zhang and Sennrich, 2019, arXiv 1910.07467):
//
//   r[n] = 1 / sqrt(mean_c x[n,c]^2 + eps)        y[n,c] = gain[c] r[n] x[n,c]
//
// and its gradient, with g[n,c] = gain[c] dy[n,c] and s[n] = mean_c g[n,c] r[n] x[n,c]:
//
//   dx[n,c] += r[n] (g[n,c] - s[n] r[n] x[n,c])   dgain[c] += sum_n dy[n,c] r[n] x[n,c]
#pragma once

#include "core/array.h"

namespace seed {

// y (N, C), rstd (N, 1) keeps r for the backward pass, x (N, C), gain (1, C).
template <class T>
void rms_norm_forward(HostView<T> y, Out<T> rstd, In<T> x, In<T> gain, std::type_identity_t<T> eps);

// dx (N, C), dgain (1, C), dy (N, C), x (N, C), rstd (N, 1), gain (1, C).
template <class T>
void rms_norm_backward(HostView<T> dx, Out<T> dgain, In<T> dy, In<T> x, In<T> rstd, In<T> gain);

}  // namespace seed
