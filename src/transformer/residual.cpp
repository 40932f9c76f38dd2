#include "transformer/residual.h"

#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {

void check_rows(std::span<const Index> rows, Index selected, Index available) {
    require(Index(rows.size()) == selected, "gather_rows: expected {} rows, got {}", selected,
            rows.size());
    for (Index row : rows) {
        require(row >= 0 && row < available, "gather_rows: expected rows in [0, {}), got {}",
                available, row);
    }
}

template <class T>
void add_forward(HostView<T> y, In<T> a, In<T> b) {
    require_shape(a, y.rows, y.cols, "add_forward: a");
    require_shape(b, y.rows, y.cols, "add_forward: b");
    parallel_rows(y.rows, rows_per_task, [&](Index begin, Index count) {
        eigen(y.row_range(begin, count)) =
            eigen(a.row_range(begin, count)) + eigen(b.row_range(begin, count));
    });
}

template <class T>
void gather_rows(HostView<T> y, In<T> x, std::span<const Index> rows) {
    check_rows(rows, y.rows, x.rows);
    parallel_rows(y.rows, rows_per_task, [&](Index begin, Index count) {
        for (Index m = begin; m < begin + count; ++m) eigen(y).row(m) = eigen(x).row(rows[m]);
    });
}

template <class T>
void gather_rows_backward(HostView<T> dx, In<T> dy, std::span<const Index> rows) {
    check_rows(rows, dy.rows, dx.rows);
    parallel_rows(dy.rows, rows_per_task, [&](Index begin, Index count) {
        for (Index m = begin; m < begin + count; ++m) eigen(dx).row(rows[m]) += eigen(dy).row(m);
    });
}

#define SEED_INSTANTIATE(T)                                                           \
    template void add_forward(HostView<T>, In<T>, In<T>);                             \
    template void gather_rows(HostView<T>, In<T>, std::span<const Index>);            \
    template void gather_rows_backward(HostView<T>, In<T>, std::span<const Index>);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
