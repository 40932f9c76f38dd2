#include "block_decoding/compaction_device.h"
#include "core/grid.h"
#include "simt/simt.h"
#include "tokenizer/prefix_sum_device.h"

namespace seed {

static constexpr int threads = 128;

// [compaction.one_thread]
static __global__ void order_in_one_thread(Index* order, Index* count, const Index* active,
                                           Index texts) {
    Index next = 0;
    for (Index b = 0; b < texts; ++b) {
        if (active[b] != 0) order[next++] = b;
    }
    *count = next;
    for (Index b = 0; b < texts; ++b) {
        if (active[b] == 0) order[next++] = b;
    }
}
// [/compaction.one_thread]

// [compaction.by_prefix_sum]
// before[b] active texts stand before text b, so that it knows its place without its neighbours:
// theirs is the same question. A finished text has b - before[b] finished ones before it.
static __global__ void order_by_prefix_sum(Index* order, Index* count, const Index* active,
                                           const Index* before, Index texts) {
    const Index b = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (b >= texts) return;
    const Index all = before[texts];
    order[active[b] != 0 ? before[b] : all + b - before[b]] = b;
    if (b == 0) *count = all;
}
// [/compaction.by_prefix_sum]

// [compaction.move_rows]
template <class T>
static __global__ void move_whole_rows(T* to, const T* from, const Index* order, Index rows,
                                       Index cols) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= rows) return;
    for (Index j = 0; j < cols; ++j) to[i * cols + j] = from[order[i] * cols + j];
}

template <class T>
static __global__ void move_elements(T* to, const T* from, const Index* order, Index rows,
                                     Index cols) {
    const Index e = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (e < rows * cols) to[e] = from[order[e / cols] * cols + e % cols];
}
// [/compaction.move_rows]

static void check_order(DeviceView<Index> order, DeviceView<Index> count,
                        DeviceView<const Index> active) {
    require_shape(order, 1, active.cols, "active first: order");
    require_shape(count, 1, 1, "active first: count");
    require_shape(active, 1, active.cols, "active first: active");
}

void active_first_one_thread(DeviceView<Index> order, DeviceView<Index> count,
                             DeviceView<const Index> active) {
    check_order(order, count, active);
    simt::launch<order_in_one_thread>({1, 1}, order.data, count.data, active.data, active.cols);
}

void active_first_by_prefix_sum(DeviceView<Index> order, DeviceView<Index> count,
                                DeviceView<const Index> active) {
    check_order(order, count, active);
    const Index texts = active.cols;
    if (texts == 0) return zero_on_device(count.data, count.bytes());
    const DeviceBuffer<Index> before(texts + 1);
    prefix_sum({before.data(), 1, texts + 1}, active);
    simt::launch<order_by_prefix_sum>({blocks_for(texts, threads), threads}, order.data, count.data,
                                      active.data, before.data(), texts);
}

// A thread for each of `tasks` rows or elements
template <auto Kernel, class T>
static void launch_move(Index tasks, DeviceView<T> to, DeviceView<const T> from,
                        DeviceView<const Index> order) {
    require_shape(from, to.rows, to.cols, "move rows: from");
    require_shape(order, 1, to.rows, "move rows: order");
    if (to.size() == 0) return;
    simt::launch<Kernel>({blocks_for(tasks, threads), threads}, to.data, from.data, order.data,
                         to.rows, to.cols);
}

void move_rows_thread_per_row(DeviceView<std::int32_t> to, DeviceView<const std::int32_t> from,
                              DeviceView<const Index> order) {
    launch_move<move_whole_rows<std::int32_t>>(to.rows, to, from, order);
}

void move_rows_thread_per_element(DeviceView<std::int32_t> to, DeviceView<const std::int32_t> from,
                                  DeviceView<const Index> order) {
    launch_move<move_elements<std::int32_t>>(to.size(), to, from, order);
}

void active_first(DeviceView<Index> order, DeviceView<Index> count,
                  DeviceView<const Index> active) {
    active_first_by_prefix_sum(order, count, active);
}

template <class T>
void move_rows(DeviceView<T> to, DeviceView<const T> from, DeviceView<const Index> order) {
    launch_move<move_elements<T>>(to.size(), to, from, order);
}

#define SEED_INSTANTIATE_MOVE(T) \
    template void move_rows(DeviceView<T>, DeviceView<const T>, DeviceView<const Index>);
SEED_INSTANTIATE_MOVE(std::int32_t)
SEED_INSTANTIATE_MOVE(Index)
SEED_INSTANTIATE_MOVE(double)
SEED_INSTANTIATE_MOVE(std::uint64_t)
#undef SEED_INSTANTIATE_MOVE

}  // namespace seed
