#include "simt/simt.h"
#include "transformer/matmul_device.h"
#include "transformer/reduce.cuh"

namespace seed {

static constexpr int bias_threads = 128;
static constexpr Index bias_rows_per_piece = 64;

// [add_bias_device.forward]
static __global__ void add_bias_thread_per_element_kernel(float* y, const float* bias, Index size,
                                                          Index cols) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < size) y[i] += bias[i % cols];
}
// [/add_bias_device.forward]

// [add_bias_device.thread_per_column]
static __global__ void add_bias_backward_thread_per_column_kernel(float* dbias, const float* dy,
                                                                  Index rows, Index cols) {
    const Index o = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (o >= cols) return;
    float sum = 0;
    for (Index n = 0; n < rows; ++n) sum += dy[n * cols + o];
    dbias[o] += sum;
}
// [/add_bias_device.thread_per_column]

// [add_bias_device.in_pieces]
// Row `piece` of partial (pieces, O) holds the column sums of 64 rows.
static __global__ void add_bias_backward_in_pieces_kernel(float* partial, const float* dy,
                                                          Index rows, Index cols) {
    const Index o = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (o >= cols) return;
    const Index piece = blockIdx.y, begin = piece * bias_rows_per_piece;
    float sum = 0;
    for (Index n = begin; n < begin + bias_rows_per_piece && n < rows; ++n) {
        sum += dy[n * cols + o];
    }
    partial[piece * cols + o] = sum;
}
// [/add_bias_device.in_pieces]

void add_bias_thread_per_element(DeviceView<float> y, DeviceView<const float> bias) {
    require_shape(bias, 1, y.cols, "add_bias: bias");
    if (y.size() == 0) return;
    simt::launch<add_bias_thread_per_element_kernel>(
        {blocks_for(y.size(), bias_threads), bias_threads}, y.data, bias.data, y.size(), y.cols);
}

void add_bias_backward_thread_per_column(DeviceView<float> dbias, DeviceView<const float> dy) {
    require_shape(dbias, 1, dy.cols, "add_bias_backward: dbias");
    if (dy.size() == 0) return;
    simt::launch<add_bias_backward_thread_per_column_kernel>(
        {blocks_for(dy.cols, bias_threads), bias_threads}, dbias.data, dy.data, dy.rows, dy.cols);
}

void add_bias_backward_in_pieces(DeviceView<float> dbias, DeviceView<const float> dy) {
    require_shape(dbias, 1, dy.cols, "add_bias_backward: dbias");
    if (dy.size() == 0) return;
    const unsigned pieces = blocks_down(dy.rows, bias_rows_per_piece, "add_bias_backward: rows");
    const DeviceBuffer<float> partial(pieces * dy.cols);  // (pieces, O)
    simt::launch<add_bias_backward_in_pieces_kernel>(
        {dim3(blocks_for(dy.cols, bias_threads), pieces), bias_threads}, partial.data(), dy.data,
        dy.rows, dy.cols);
    add_bias_backward_thread_per_column(dbias, {partial.data(), pieces, dy.cols});
}

void add_bias(DeviceView<float> y, DeviceView<const float> bias) {
    add_bias_thread_per_element(y, bias);
}

void add_bias_backward(DeviceView<float> dbias, DeviceView<const float> dy) {
    add_bias_backward_in_pieces(dbias, dy);
}

}  // namespace seed
