// The gated feed-forward unit (Shazeer, 2020, arXiv 2002.05202), with sigma(g) = 1 / (1 + exp(-g)):
//
//   y = silu(gate) up,   silu(g) = g sigma(g),   silu'(g) = sigma(g) (1 + g (1 - sigma(g)))
//   dgate += dy up silu'(gate)                   dup += dy silu(gate)
#pragma once

#include "core/array.h"

namespace seed {

// All arguments (N, F).
template <class T>
void swiglu_forward(HostView<T> y, In<T> gate, In<T> up);
template <class T>
void swiglu_backward(HostView<T> dgate, Out<T> dup, In<T> dy, In<T> gate, In<T> up);

}  // namespace seed
