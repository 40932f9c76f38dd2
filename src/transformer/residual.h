// The residual stream's sums, and the selection of the rows that the loss looks at.
#pragma once

#include <span>

#include "core/array.h"

namespace seed {

// y = a + b, all of one shape.
template <class T>
void add_forward(HostView<T> y, In<T> a, In<T> b);

// y (M, C): row m is row rows[m] of x (N, C).
template <class T>
void gather_rows(HostView<T> y, In<T> x, std::span<const Index> rows);

// dx (N, C) += dy (M, C) at the rows; no row may occur twice.
template <class T>
void gather_rows_backward(HostView<T> dx, In<T> dy, std::span<const Index> rows);

// Throws Error unless `rows` are `selected` rows of `available` ones.
void check_rows(std::span<const Index> rows, Index selected, Index available);

}  // namespace seed
