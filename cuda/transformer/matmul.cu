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

// A thread for each element of c
template <auto Kernel>
static void launch_per_output(DeviceView<float> c, DeviceView<const float> a,
                              DeviceView<const float> b, Index rows, Index inputs, Index outputs) {
    if (c.size() == 0) return;
    simt::launch<Kernel>({blocks_for(c.size(), matmul_threads), matmul_threads}, c.data, a.data,
                         b.data, rows, inputs, outputs);
}

void matmul_forward_thread_per_output(DeviceView<float> y, DeviceView<const float> x,
                                      DeviceView<const float> weight) {
    check_matmul_forward(y, x, weight);
    launch_per_output<matmul_forward_thread_per_output_kernel>(y, x, weight, x.rows, x.cols,
                                                               y.cols);
}

void matmul_backward_input_thread_per_output(DeviceView<float> dx, DeviceView<const float> dy,
                                             DeviceView<const float> weight) {
    check_matmul_backward_input(dx, dy, weight);
    launch_per_output<matmul_backward_input_thread_per_output_kernel>(dx, dy, weight, dx.rows,
                                                                      dx.cols, dy.cols);
}

void matmul_backward_weight_thread_per_output(DeviceView<float> dweight, DeviceView<const float> dy,
                                              DeviceView<const float> x) {
    check_matmul_backward_weight(dweight, dy, x);
    launch_per_output<matmul_backward_weight_thread_per_output_kernel>(dweight, dy, x, x.rows,
                                                                       x.cols, dy.cols);
}

}  // namespace seed
