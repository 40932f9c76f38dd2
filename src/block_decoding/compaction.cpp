#include "block_decoding/compaction.h"

#include <cstdint>

namespace seed {

// [compaction.host]
void active_first(HostView<Index> order, HostView<Index> count, HostView<const Index> active) {
    require_shape(order, 1, active.cols, "active first: order");
    require_shape(count, 1, 1, "active first: count");
    require_shape(active, 1, active.cols, "active first: active");
    Index next = 0;
    for (const Index wanted : {1, 0}) {
        for (Index b = 0; b < active.cols; ++b) {
            if (active(0, b) == wanted) order(0, next++) = b;
        }
        if (wanted == 1) count(0, 0) = next;
    }
    require(next == active.cols, "active first: expected flags of 0 and 1, got {} of {}", next,
            active.cols);
}
// [/compaction.host]

template <class T>
void move_rows(HostView<T> to, In<T> from, HostView<const Index> order) {
    require_shape(from, to.rows, to.cols, "move rows: from");
    require_shape(order, 1, to.rows, "move rows: order");
    for (Index i = 0; i < to.rows; ++i) {
        const Index row = order(0, i);
        require(row >= 0 && row < to.rows, "move rows: expected rows in [0, {}), got {}", to.rows,
                row);
        std::copy_n(from.row(row), to.cols, to.row(i));
    }
}

template void move_rows(HostView<std::int32_t>, In<std::int32_t>, HostView<const Index>);
template void move_rows(HostView<Index>, In<Index>, HostView<const Index>);
template void move_rows(HostView<double>, In<double>, HostView<const Index>);
template void move_rows(HostView<std::uint64_t>, In<std::uint64_t>, HostView<const Index>);

}  // namespace seed
