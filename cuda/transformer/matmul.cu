#include "simt/simt.h"
#include "transformer/matmul_device.h"
#include "transformer/reduce.cuh"

namespace seed {

static constexpr int matmul_threads = 128;

// [matmul_device.thread_per_output]
// The CPU's two outer loops are the two digits of the thread's number.
static __global__ void matmul_forward_thread_per_output_kernel(float* y, const float* x,
                                                               const float* weight, Index rows,
                                                               Index inputs, Index outputs) {
    const Index thread = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    const Index n = thread / outputs, o = thread % outputs;
    if (n >= rows) return;
    float sum = 0;
    for (Index i = 0; i < inputs; ++i) sum += x[n * inputs + i] * weight[o * inputs + i];
    y[n * outputs + o] = sum;
}

static __global__ void matmul_backward_input_thread_per_output_kernel(float* dx, const float* dy,
                                                                      const float* weight,
                                                                      Index rows, Index inputs,
                                                                      Index outputs) {
    const Index thread = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    const Index n = thread / inputs, i = thread % inputs;
    if (n >= rows) return;
    float sum = 0;
    for (Index o = 0; o < outputs; ++o) sum += dy[n * outputs + o] * weight[o * inputs + i];
    dx[n * inputs + i] += sum;
}

static __global__ void matmul_backward_weight_thread_per_output_kernel(
    float* dweight, const float* dy, const float* x, Index rows, Index inputs, Index outputs) {
    const Index thread = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    const Index o = thread / inputs, i = thread % inputs;
    if (o >= outputs) return;
    float sum = 0;
    for (Index n = 0; n < rows; ++n) sum += dy[n * outputs + o] * x[n * inputs + i];
    dweight[o * inputs + i] += sum;
}
// [/matmul_device.thread_per_output]

void check_matmul_forward(DeviceView<float> y, DeviceView<const float> x,
                          DeviceView<const float> weight) {
    require_shape(x, y.rows, weight.cols, "matmul_forward: x");
    require_shape(weight, y.cols, x.cols, "matmul_forward: weight");
}

void check_matmul_backward_input(DeviceView<float> dx, DeviceView<const float> dy,
                                 DeviceView<const float> weight) {
    require_shape(dy, dx.rows, weight.rows, "matmul_backward_input: dy");
    require_shape(weight, dy.cols, dx.cols, "matmul_backward_input: weight");
}

void check_matmul_backward_weight(DeviceView<float> dweight, DeviceView<const float> dy,
                                  DeviceView<const float> x) {
    require_shape(dy, x.rows, dweight.rows, "matmul_backward_weight: dy");
    require_shape(x, dy.rows, dweight.cols, "matmul_backward_weight: x");
}

void matmul_forward_thread_per_output(DeviceView<float> y, DeviceView<const float> x,
                                      DeviceView<const float> weight) {
    check_matmul_forward(y, x, weight);
    if (y.size() == 0) return;
    simt::launch<matmul_forward_thread_per_output_kernel>(
        {blocks_for(y.size(), matmul_threads), matmul_threads}, y.data, x.data, weight.data, x.rows,
        weight.cols, weight.rows);
}

void matmul_backward_input_thread_per_output(DeviceView<float> dx, DeviceView<const float> dy,
                                             DeviceView<const float> weight) {
    check_matmul_backward_input(dx, dy, weight);
    if (dx.size() == 0) return;
    simt::launch<matmul_backward_input_thread_per_output_kernel>(
        {blocks_for(dx.size(), matmul_threads), matmul_threads}, dx.data, dy.data, weight.data,
        dx.rows, weight.cols, weight.rows);
}

void matmul_backward_weight_thread_per_output(DeviceView<float> dweight, DeviceView<const float> dy,
                                              DeviceView<const float> x) {
    check_matmul_backward_weight(dweight, dy, x);
    if (dweight.size() == 0) return;
    simt::launch<matmul_backward_weight_thread_per_output_kernel>(
        {blocks_for(dweight.size(), matmul_threads), matmul_threads}, dweight.data, dy.data, x.data,
        x.rows, dweight.cols, dweight.rows);
}

}  // namespace seed
