#include "simt/simt.h"
#include "transformer/reduce.cuh"
#include "transformer/swiglu_device.h"

namespace seed {

static constexpr int swiglu_threads = 256;

// [swiglu_device.forward]
static __global__ void swiglu_forward_thread_per_element_kernel(float* y, const float* gate,
                                                                const float* up, Index size) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= size) return;
    const float sigma = 1 / (1 + expf(-gate[i]));
    y[i] = gate[i] * sigma * up[i];
}
// [/swiglu_device.forward]

// [swiglu_device.backward]
static __global__ void swiglu_backward_thread_per_element_kernel(float* dgate, float* dup,
                                                                 const float* dy, const float* gate,
                                                                 const float* up, Index size) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= size) return;
    const float g = gate[i], sigma = 1 / (1 + expf(-g));
    dgate[i] += dy[i] * up[i] * sigma * (1 + g * (1 - sigma));
    dup[i] += dy[i] * g * sigma;
}
// [/swiglu_device.backward]

void swiglu_forward_thread_per_element(DeviceView<float> y, DeviceView<const float> gate,
                                       DeviceView<const float> up) {
    require_shape(gate, y.rows, y.cols, "swiglu_forward: gate");
    require_shape(up, y.rows, y.cols, "swiglu_forward: up");
    if (y.size() == 0) return;
    simt::launch<swiglu_forward_thread_per_element_kernel>(
        {blocks_for(y.size(), swiglu_threads), swiglu_threads}, y.data, gate.data, up.data,
        y.size());
}

void swiglu_backward_thread_per_element(DeviceView<float> dgate, DeviceView<float> dup,
                                        DeviceView<const float> dy, DeviceView<const float> gate,
                                        DeviceView<const float> up) {
    require_shape(dy, gate.rows, gate.cols, "swiglu_backward: dy");
    require_shape(up, gate.rows, gate.cols, "swiglu_backward: up");
    require_shape(dgate, gate.rows, gate.cols, "swiglu_backward: dgate");
    require_shape(dup, gate.rows, gate.cols, "swiglu_backward: dup");
    if (gate.size() == 0) return;
    simt::launch<swiglu_backward_thread_per_element_kernel>(
        {blocks_for(gate.size(), swiglu_threads), swiglu_threads}, dgate.data, dup.data, dy.data,
        gate.data, up.data, gate.size());
}

void swiglu_forward(DeviceView<float> y, DeviceView<const float> gate, DeviceView<const float> up) {
    swiglu_forward_thread_per_element(y, gate, up);
}

void swiglu_backward(DeviceView<float> dgate, DeviceView<float> dup, DeviceView<const float> dy,
                     DeviceView<const float> gate, DeviceView<const float> up) {
    swiglu_backward_thread_per_element(dgate, dup, dy, gate, up);
}

}  // namespace seed
