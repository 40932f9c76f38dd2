// Linear layers: y = x Wᵀ + b, with W stored as (out, in), the layout of every public checkpoint.
//
//   y[n,o]  =  sum_i x[n,i] W[o,i] + b[o]
//   dx[n,i] += sum_o dy[n,o] W[o,i]    dW[o,i] += sum_n dy[n,o] x[n,i]    db[o] += sum_n dy[n,o]
//
// Forward overwrites its output; backward adds to its outputs, because a value that is used twice
// collects two gradients. This holds for every pair of functions in this folder.
#pragma once

#include "core/array.h"

namespace seed {

// y (N, O), x (N, I), weight (O, I).
template <class T>
void matmul_forward(HostView<T> y, In<T> x, In<T> weight);

// dx (N, I), dy (N, O), weight (O, I).
template <class T>
void matmul_backward_input(HostView<T> dx, In<T> dy, In<T> weight);

// dweight (O, I), dy (N, O), x (N, I).
template <class T>
void matmul_backward_weight(HostView<T> dweight, In<T> dy, In<T> x);

// y (N, O) += bias (1, O) in every row.
template <class T>
void add_bias(HostView<T> y, In<T> bias);

// dbias (1, O), dy (N, O).
template <class T>
void add_bias_backward(HostView<T> dbias, In<T> dy);

}  // namespace seed
