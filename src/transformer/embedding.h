// Token embedding: row n of x is the table's row of token n.
#pragma once

#include <span>

#include "core/array.h"

namespace seed {

// x (N, C), table (V, C), ids: N tokens in [0, V); anything else throws.
template <class T>
void embedding_forward(HostView<T> x, std::span<const std::int32_t> ids, In<T> table);

// dtable (V, C) += dx (N, C) at the rows of ids. A token that occurs twice collects both.
template <class T>
void embedding_backward(HostView<T> dtable, std::span<const std::int32_t> ids, In<T> dx);

}  // namespace seed
