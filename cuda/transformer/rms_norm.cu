#include "simt/simt.h"
#include "transformer/matmul_device.h"
#include "transformer/reduce.cuh"
#include "transformer/rms_norm_device.h"

namespace seed {
namespace {

constexpr int threads_per_block = 128;
constexpr int rows_per_block = threads_per_block / warp_size;  // 128 / 32 = 4
constexpr Index rows_per_piece = 64;                           // of a partial sum of dgain

}  // namespace

// [rms_norm_device.thread_per_row]
// The CPU's loop over rows; its counter n is the number of the thread.
static __global__ void rms_norm_forward_thread_per_row_kernel(float* y, float* rstd, const float* x,
                                                              const float* gain, Index rows,
                                                              Index cols, float eps) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n >= rows) return;
    const float* x_n = x + n * cols;  // (C)
    float squares = 0;
    for (Index c = 0; c < cols; ++c) squares += x_n[c] * x_n[c];
    const float r = 1 / sqrtf(squares / float(cols) + eps);
    for (Index c = 0; c < cols; ++c) y[n * cols + c] = r * x_n[c] * gain[c];
    rstd[n] = r;
}
// [/rms_norm_device.thread_per_row]

// [rms_norm_device.row_per_warp]
// A warp takes a row: lane l reads the columns l, l + 32, ..., so that the 32 lanes read
// neighbouring words, and a shuffle adds up what the lanes have summed.
static __global__ void rms_norm_forward_row_per_warp_kernel(float* y, float* rstd, const float* x,
                                                            const float* gain, Index rows,
                                                            Index cols, float eps) {
    const Index n = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / warp_size;
    const Index lane = threadIdx.x % warp_size;
    if (n >= rows) return;            // all lanes of the warp or none
    const float* x_n = x + n * cols;  // (C)
    // [exercise rms_norm_row_per_warp]
    float squares = 0;
    for (Index c = lane; c < cols; c += warp_size) squares += x_n[c] * x_n[c];
    const float r = 1 / sqrtf(warp_sum(squares) / float(cols) + eps);
    for (Index c = lane; c < cols; c += warp_size) y[n * cols + c] = r * x_n[c] * gain[c];
    if (lane == 0) rstd[n] = r;
    // [/exercise rms_norm_row_per_warp]
}
// [/rms_norm_device.row_per_warp]

// [rms_norm_device.backward_thread_per_row]
static __global__ void rms_norm_dx_thread_per_row_kernel(float* dx, const float* dy, const float* x,
                                                         const float* rstd, const float* gain,
                                                         Index rows, Index cols) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n >= rows) return;
    const float *x_n = x + n * cols, *dy_n = dy + n * cols;  // (C)
    const float r = rstd[n];
    float dot = 0;
    for (Index c = 0; c < cols; ++c) dot += dy_n[c] * gain[c] * x_n[c];
    const float s = dot * r / float(cols);
    for (Index c = 0; c < cols; ++c) {
        dx[n * cols + c] += r * (dy_n[c] * gain[c] - s * r * x_n[c]);
    }
}

static __global__ void rms_norm_dgain_thread_per_column_kernel(float* dgain, const float* dy,
                                                               const float* x, const float* rstd,
                                                               Index rows, Index cols) {
    const Index c = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (c >= cols) return;
    float sum = 0;
    for (Index n = 0; n < rows; ++n) sum += rstd[n] * dy[n * cols + c] * x[n * cols + c];
    dgain[c] += sum;
}
// [/rms_norm_device.backward_thread_per_row]

// [rms_norm_device.backward_row_per_warp]
static __global__ void rms_norm_dx_row_per_warp_kernel(float* dx, const float* dy, const float* x,
                                                       const float* rstd, const float* gain,
                                                       Index rows, Index cols) {
    const Index n = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / warp_size;
    const Index lane = threadIdx.x % warp_size;
    if (n >= rows) return;
    const float *x_n = x + n * cols, *dy_n = dy + n * cols;  // (C)
    const float r = rstd[n];
    float dot = 0;
    for (Index c = lane; c < cols; c += warp_size) dot += dy_n[c] * gain[c] * x_n[c];
    const float s = warp_sum(dot) * r / float(cols);
    for (Index c = lane; c < cols; c += warp_size) {
        dx[n * cols + c] += r * (dy_n[c] * gain[c] - s * r * x_n[c]);
    }
}

// Row `piece` of partial (pieces, C) is the share of dgain that comes from 64 rows. A second
// kernel adds up the pieces: atomics would do it in one, in an order that differs from run to run.
static __global__ void rms_norm_dgain_partial_kernel(float* partial, const float* dy,
                                                     const float* x, const float* rstd, Index rows,
                                                     Index cols) {
    const Index c = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (c >= cols) return;
    const Index piece = blockIdx.y, begin = piece * rows_per_piece;
    float sum = 0;
    for (Index n = begin; n < begin + rows_per_piece && n < rows; ++n) {
        sum += rstd[n] * dy[n * cols + c] * x[n * cols + c];
    }
    partial[piece * cols + c] = sum;
}
// [/rms_norm_device.backward_row_per_warp]

template <auto Kernel>
static void launch_forward(Index rows_of_block, DeviceView<float> y, DeviceView<float> rstd,
                           DeviceView<const float> x, DeviceView<const float> gain, float eps) {
    require_shape(x, y.rows, y.cols, "rms_norm_forward: x");
    require_shape(rstd, y.rows, 1, "rms_norm_forward: rstd");
    require_shape(gain, 1, y.cols, "rms_norm_forward: gain");
    if (x.size() == 0) return;
    simt::launch<Kernel>({blocks_for(x.rows, rows_of_block), threads_per_block}, y.data, rstd.data,
                         x.data, gain.data, x.rows, x.cols, eps);
}

static void check_norm_backward(DeviceView<float> dx, DeviceView<float> dgain,
                                DeviceView<const float> dy, DeviceView<const float> x,
                                DeviceView<const float> rstd, DeviceView<const float> gain) {
    require_shape(dy, x.rows, x.cols, "rms_norm_backward: dy");
    require_shape(dx, x.rows, x.cols, "rms_norm_backward: dx");
    require_shape(rstd, x.rows, 1, "rms_norm_backward: rstd");
    require_shape(gain, 1, x.cols, "rms_norm_backward: gain");
    require_shape(dgain, 1, x.cols, "rms_norm_backward: dgain");
}

void rms_norm_forward_thread_per_row(DeviceView<float> y, DeviceView<float> rstd,
                                     DeviceView<const float> x, DeviceView<const float> gain,
                                     float eps) {
    launch_forward<rms_norm_forward_thread_per_row_kernel>(threads_per_block, y, rstd, x, gain,
                                                           eps);
}

void rms_norm_forward_row_per_warp(DeviceView<float> y, DeviceView<float> rstd,
                                   DeviceView<const float> x, DeviceView<const float> gain,
                                   float eps) {
    launch_forward<rms_norm_forward_row_per_warp_kernel>(rows_per_block, y, rstd, x, gain, eps);
}

void rms_norm_forward(DeviceView<float> y, DeviceView<float> rstd, DeviceView<const float> x,
                      DeviceView<const float> gain, float eps) {
    rms_norm_forward_row_per_warp(y, rstd, x, gain, eps);
}

void rms_norm_backward_thread_per_row(DeviceView<float> dx, DeviceView<float> dgain,
                                      DeviceView<const float> dy, DeviceView<const float> x,
                                      DeviceView<const float> rstd, DeviceView<const float> gain) {
    check_norm_backward(dx, dgain, dy, x, rstd, gain);
    if (x.size() == 0) return;
    simt::launch<rms_norm_dx_thread_per_row_kernel>(
        {blocks_for(x.rows, threads_per_block), threads_per_block}, dx.data, dy.data, x.data,
        rstd.data, gain.data, x.rows, x.cols);
    simt::launch<rms_norm_dgain_thread_per_column_kernel>(
        {blocks_for(x.cols, threads_per_block), threads_per_block}, dgain.data, dy.data, x.data,
        rstd.data, x.rows, x.cols);
}

void rms_norm_backward_row_per_warp(DeviceView<float> dx, DeviceView<float> dgain,
                                    DeviceView<const float> dy, DeviceView<const float> x,
                                    DeviceView<const float> rstd, DeviceView<const float> gain) {
    check_norm_backward(dx, dgain, dy, x, rstd, gain);
    if (x.size() == 0) return;
    const unsigned pieces = blocks_down(x.rows, rows_per_piece, "rms_norm_backward: rows");
    simt::launch<rms_norm_dx_row_per_warp_kernel>(
        {blocks_for(x.rows, rows_per_block), threads_per_block}, dx.data, dy.data, x.data,
        rstd.data, gain.data, x.rows, x.cols);
    const DeviceBuffer<float> partial(pieces * x.cols);  // (pieces, C)
    simt::launch<rms_norm_dgain_partial_kernel>(
        {dim3(blocks_for(x.cols, threads_per_block), pieces), threads_per_block}, partial.data(),
        dy.data, x.data, rstd.data, x.rows, x.cols);
    add_bias_backward_thread_per_column(dgain, {partial.data(), pieces, x.cols});
}

void rms_norm_backward(DeviceView<float> dx, DeviceView<float> dgain, DeviceView<const float> dy,
                       DeviceView<const float> x, DeviceView<const float> rstd,
                       DeviceView<const float> gain) {
    rms_norm_backward_row_per_warp(dx, dgain, dy, x, rstd, gain);
}

}  // namespace seed
