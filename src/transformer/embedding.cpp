#include "transformer/embedding.h"

#include <algorithm>

#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {

// [embedding.forward]
template <class T>
void embedding_forward(HostView<T> x, std::span<const std::int32_t> ids, In<T> table) {
    require(Index(ids.size()) == x.rows && x.cols == table.cols,
            "embedding: expected {} ids and {} columns, got {} and {}", x.rows, table.cols,
            ids.size(), x.cols);
    for (std::int32_t id : ids) {
        require(id >= 0 && id < table.rows, "embedding: expected ids in [0, {}), got {}",
                table.rows, id);
    }
    parallel_rows(x.rows, rows_per_task, [&](Index begin, Index count) {
        for (Index n = begin; n < begin + count; ++n) {
            std::copy_n(table.row(ids[n]), x.cols, x.row(n));
        }
    });
}
// [/embedding.forward]

// Tasks own columns, not rows: two rows with the same token would write the same table row.
template <class T>
void embedding_backward(HostView<T> dtable, std::span<const std::int32_t> ids, In<T> dx) {
    require(Index(ids.size()) == dx.rows && dx.cols == dtable.cols,
            "embedding_backward: expected {} ids and {} columns, got {} and {}", dx.rows,
            dtable.cols, ids.size(), dx.cols);
    parallel_rows(dx.cols, 64, [&](Index begin, Index count) {
        for (Index n = 0; n < dx.rows; ++n) {
            eigen(dtable).row(ids[n]).segment(begin, count) +=
                eigen(dx).row(n).segment(begin, count);
        }
    });
}

#define SEED_INSTANTIATE(T)                                                              \
    template void embedding_forward(HostView<T>, std::span<const std::int32_t>, In<T>);  \
    template void embedding_backward(HostView<T>, std::span<const std::int32_t>, In<T>);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
