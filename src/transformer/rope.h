// Rotary position embedding (Su et al., 2021, arXiv 2104.09864), in the rotate-half form of Llama
// and Qwen2: in every head the pair (x[i], x[i + D/2]) is turned by the angle p theta^(-2i/D) at
// position p.
//
//   y[i]       = x[i] cos - x[i + D/2] sin
//   y[i + D/2] = x[i + D/2] cos + x[i] sin
//
// A rotation's gradient is the rotation back: backward is the same function with -sin.
#pragma once

#include "core/array.h"

namespace seed {

// cos_sin (T, D): cos in the first D/2 columns, sin in the others, of positions 0 ... T-1.
template <class T>
void rope_table(HostView<T> cos_sin, double theta);

// Turns x (N, H * D) in place; row n stands at position n mod T, with cos_sin (T, D).
template <class T>
void rope_forward(HostView<T> x, In<T> cos_sin);

// Turns dx (N, H * D) back, in place.
template <class T>
void rope_backward(HostView<T> dx, In<T> cos_sin);

}  // namespace seed
