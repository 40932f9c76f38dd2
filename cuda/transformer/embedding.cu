#include <algorithm>
#include <numeric>
#include <vector>

#include "core/grid.h"
#include "simt/simt.h"
#include "transformer/embedding_device.h"

namespace seed {
namespace {

constexpr int threads = 128;

void check_ids(std::span<const std::int32_t> ids, DeviceView<const float> x,
               DeviceView<const float> table) {
    require(Index(ids.size()) == x.rows && x.cols == table.cols,
            "embedding: expected {} ids and {} columns, got {} and {}", x.rows, table.cols,
            ids.size(), x.cols);
    for (std::int32_t id : ids) {
        require(id >= 0 && id < table.rows, "embedding: expected ids in [0, {}), got {}",
                table.rows, id);
    }
}

}  // namespace

// [embedding_device.forward]
static __global__ void embedding_forward_thread_per_row_kernel(float* x, const std::int32_t* ids,
                                                               const float* table, Index rows,
                                                               Index cols) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n >= rows) return;
    for (Index c = 0; c < cols; ++c) x[n * cols + c] = table[ids[n] * cols + c];
}

static __global__ void embedding_forward_thread_per_element_kernel(float* x,
                                                                   const std::int32_t* ids,
                                                                   const float* table, Index rows,
                                                                   Index cols) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < rows * cols) x[i] = table[ids[i / cols] * cols + i % cols];
}
// [/embedding_device.forward]

// A thread for each of `tasks` rows or elements
template <auto Kernel>
static void launch_forward(Index tasks, DeviceView<float> x, std::span<const std::int32_t> ids,
                           DeviceView<const float> table) {
    check_ids(ids, x, table);
    if (x.size() == 0) return;
    const DeviceBuffer<std::int32_t> on_device(ids);
    simt::launch<Kernel>({blocks_for(tasks, threads), threads}, x.data, on_device.data(),
                         table.data, x.rows, x.cols);
}

void embedding_forward_thread_per_row(DeviceView<float> x, std::span<const std::int32_t> ids,
                                      DeviceView<const float> table) {
    launch_forward<embedding_forward_thread_per_row_kernel>(x.rows, x, ids, table);
}

void embedding_forward_thread_per_element(DeviceView<float> x, std::span<const std::int32_t> ids,
                                          DeviceView<const float> table) {
    launch_forward<embedding_forward_thread_per_element_kernel>(x.size(), x, ids, table);
}

// [embedding_device.thread_per_column]
// Two rows with the same token add to the same row of the table. A thread that owns a whole column
// takes them one after the other.
static __global__ void embedding_backward_thread_per_column_kernel(float* dtable,
                                                                   const std::int32_t* ids,
                                                                   const float* dx, Index rows,
                                                                   Index cols) {
    const Index c = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (c >= cols) return;
    for (Index n = 0; n < rows; ++n) dtable[ids[n] * cols + c] += dx[n * cols + c];
}
// [/embedding_device.thread_per_column]

// [embedding_device.rows_by_token]
// The rows of each distinct token, one token after the other: token u has those at
// order[starts[u]] ... order[starts[u + 1] - 1], ascending. No two threads share an element, and
// the order of the additions is that of the rows: no atomics, equal bits every time.
static __global__ void embedding_backward_rows_by_token_kernel(float* dtable, const float* dx,
                                                               const std::int32_t* ids,
                                                               const Index* order,
                                                               const Index* starts, Index tokens,
                                                               Index cols) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= tokens * cols) return;
    const Index u = i / cols, c = i % cols;
    float sum = 0;
    for (Index k = starts[u]; k < starts[u + 1]; ++k) sum += dx[order[k] * cols + c];
    dtable[ids[order[starts[u]]] * cols + c] += sum;
}
// [/embedding_device.rows_by_token]

void embedding_backward_thread_per_column(DeviceView<float> dtable,
                                          std::span<const std::int32_t> ids,
                                          DeviceView<const float> dx) {
    check_ids(ids, dx, dtable);
    if (dx.size() == 0) return;
    const DeviceBuffer<std::int32_t> on_device(ids);
    simt::launch<embedding_backward_thread_per_column_kernel>(
        {blocks_for(dx.cols, threads), threads}, dtable.data, on_device.data(), dx.data, dx.rows,
        dx.cols);
}

void embedding_backward_rows_by_token(DeviceView<float> dtable, std::span<const std::int32_t> ids,
                                      DeviceView<const float> dx) {
    check_ids(ids, dx, dtable);
    if (dx.size() == 0) return;
    std::vector<Index> order(ids.size()), starts;
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return ids[a] < ids[b]; });
    for (std::size_t k = 0; k < order.size(); ++k) {
        if (k == 0 || ids[order[k]] != ids[order[k - 1]]) starts.push_back(Index(k));
    }
    const Index tokens = Index(starts.size());
    starts.push_back(Index(order.size()));
    const DeviceBuffer<std::int32_t> ids_on_device(ids);
    const DeviceBuffer<Index> order_on_device(order), starts_on_device(starts);
    simt::launch<embedding_backward_rows_by_token_kernel>(
        {blocks_for(tokens * dx.cols, threads), threads}, dtable.data, dx.data,
        ids_on_device.data(), order_on_device.data(), starts_on_device.data(), tokens, dx.cols);
}

void embedding_forward(DeviceView<float> x, std::span<const std::int32_t> ids,
                       DeviceView<const float> table) {
    embedding_forward_thread_per_element(x, ids, table);
}

void embedding_forward(DeviceView<float> x, DeviceView<const std::int32_t> ids,
                       DeviceView<const float> table) {
    require_shape(ids, x.rows, 1, "embedding: ids");
    require_shape(table, table.rows, x.cols, "embedding: table");
    if (x.size() == 0) return;
    simt::launch<embedding_forward_thread_per_element_kernel>(
        {blocks_for(x.size(), threads), threads}, x.data, ids.data, table.data, x.rows, x.cols);
}

void embedding_backward(DeviceView<float> dtable, std::span<const std::int32_t> ids,
                        DeviceView<const float> dx) {
    embedding_backward_rows_by_token(dtable, ids, dx);
}

}  // namespace seed
