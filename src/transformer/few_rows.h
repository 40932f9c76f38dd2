// The product of a decoder: a few rows with a whole weight matrix.
//
//   y = x Wᵀ      x (N, I), weight (O, I), y (N, O)
//
// With one row the time goes into reading W, with many into arithmetic; a library's product is made
// for many, and copies its factors into an order of its own first. This one reads W where it lies,
// once, and holds 4 x 4 sums in registers: a row of x serves four rows of W, and the other way
// round.
//
// An element of y has the same bits whatever other rows there are and however many threads: it is
// one dot product, added up in a fixed order.
#pragma once

#include "core/array.h"

namespace seed {

// Throws Error where the shapes do not fit.
template <class T>
void matmul_few_rows(HostView<T> y, In<T> x, In<T> weight);

}  // namespace seed
