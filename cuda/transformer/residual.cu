#include "core/grid.h"
#include "simt/simt.h"
#include "transformer/residual.h"
#include "transformer/residual_device.h"

namespace seed {
namespace {

constexpr int threads = 256;

}  // namespace

// [residual.add]
// The CPU's loop over rows: neighbouring threads stand C floats apart.
static __global__ void add_rows(float* y, const float* a, const float* b, Index rows, Index cols) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n >= rows) return;
    for (Index c = 0; c < cols; ++c) y[n * cols + c] = a[n * cols + c] + b[n * cols + c];
}

// Neighbouring threads take neighbouring elements: a warp reads 128 bytes in a row.
static __global__ void add_elements(float* y, const float* a, const float* b, Index size) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < size) y[i] = a[i] + b[i];
}
// [/residual.add]

// [residual.gather]
static __global__ void gather_whole_rows(float* y, const float* x, const Index* rows,
                                         Index selected, Index cols) {
    const Index m = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (m >= selected) return;
    for (Index c = 0; c < cols; ++c) y[m * cols + c] = x[rows[m] * cols + c];
}

static __global__ void gather_elements(float* y, const float* x, const Index* rows, Index selected,
                                       Index cols) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < selected * cols) y[i] = x[rows[i / cols] * cols + i % cols];
}

// No row occurs twice, so no two threads add to the same element.
static __global__ void scatter_whole_rows(float* dx, const float* dy, const Index* rows,
                                          Index selected, Index cols) {
    const Index m = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (m >= selected) return;
    for (Index c = 0; c < cols; ++c) dx[rows[m] * cols + c] += dy[m * cols + c];
}

static __global__ void scatter_elements(float* dx, const float* dy, const Index* rows,
                                        Index selected, Index cols) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < selected * cols) dx[rows[i / cols] * cols + i % cols] += dy[i];
}
// [/residual.gather]

// A thread for each of `tasks` rows or elements
template <auto Kernel, class... Sizes>
static void launch_add(Index tasks, DeviceView<float> y, DeviceView<const float> a,
                       DeviceView<const float> b, Sizes... sizes) {
    require_shape(a, y.rows, y.cols, "add_forward: a");
    require_shape(b, y.rows, y.cols, "add_forward: b");
    if (y.size() == 0) return;
    simt::launch<Kernel>({blocks_for(tasks, threads), threads}, y.data, a.data, b.data, sizes...);
}

void add_forward_thread_per_row(DeviceView<float> y, DeviceView<const float> a,
                                DeviceView<const float> b) {
    launch_add<add_rows>(y.rows, y, a, b, y.rows, y.cols);
}

void add_forward_thread_per_element(DeviceView<float> y, DeviceView<const float> a,
                                    DeviceView<const float> b) {
    launch_add<add_elements>(y.size(), y, a, b, y.size());
}

template <auto Kernel>
static void launch_gather(Index tasks, DeviceView<float> y, DeviceView<const float> x,
                          std::span<const Index> rows) {
    check_rows(rows, y.rows, x.rows);
    require_shape(x, x.rows, y.cols, "gather_rows: x");
    if (y.size() == 0) return;
    const DeviceBuffer<Index> on_device(rows);
    simt::launch<Kernel>({blocks_for(tasks, threads), threads}, y.data, x.data, on_device.data(),
                         y.rows, y.cols);
}

void gather_rows_thread_per_row(DeviceView<float> y, DeviceView<const float> x,
                                std::span<const Index> rows) {
    launch_gather<gather_whole_rows>(y.rows, y, x, rows);
}

void gather_rows_thread_per_element(DeviceView<float> y, DeviceView<const float> x,
                                    std::span<const Index> rows) {
    launch_gather<gather_elements>(y.size(), y, x, rows);
}

template <auto Kernel>
static void launch_scatter(Index tasks, DeviceView<float> dx, DeviceView<const float> dy,
                           std::span<const Index> rows) {
    check_rows(rows, dy.rows, dx.rows);
    require_shape(dx, dx.rows, dy.cols, "gather_rows_backward: dx");
    if (dy.size() == 0) return;
    const DeviceBuffer<Index> on_device(rows);
    simt::launch<Kernel>({blocks_for(tasks, threads), threads}, dx.data, dy.data, on_device.data(),
                         dy.rows, dy.cols);
}

void gather_rows_backward_thread_per_row(DeviceView<float> dx, DeviceView<const float> dy,
                                         std::span<const Index> rows) {
    launch_scatter<scatter_whole_rows>(dy.rows, dx, dy, rows);
}

void gather_rows_backward_thread_per_element(DeviceView<float> dx, DeviceView<const float> dy,
                                             std::span<const Index> rows) {
    launch_scatter<scatter_elements>(dy.size(), dx, dy, rows);
}

void add_forward(DeviceView<float> y, DeviceView<const float> a, DeviceView<const float> b) {
    add_forward_thread_per_element(y, a, b);
}

void gather_rows(DeviceView<float> y, DeviceView<const float> x, std::span<const Index> rows) {
    gather_rows_thread_per_element(y, x, rows);
}

void gather_rows(DeviceView<float> y, DeviceView<const float> x, DeviceView<const Index> rows) {
    require_shape(rows, y.rows, 1, "gather_rows: rows");
    require_shape(x, x.rows, y.cols, "gather_rows: x");
    if (y.size() == 0) return;
    simt::launch<gather_elements>({blocks_for(y.size(), threads), threads}, y.data, x.data,
                                  rows.data, y.rows, y.cols);
}

void gather_rows_backward(DeviceView<float> dx, DeviceView<const float> dy,
                          std::span<const Index> rows) {
    gather_rows_backward_thread_per_element(dx, dy, rows);
}

}  // namespace seed
