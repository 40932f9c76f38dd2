// A fixed number of threads for any number of elements: each takes every 256th.
#include "first_steps/first_steps_device.h"
#include "simt/simt.h"

namespace seed {

constexpr unsigned blocks = 4, threads = 64;

// [first_steps.stride]
static __global__ void add_scaled(float* y, const float* x, float a, Index count) {
    // [exercise stride]
    const Index first = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    const Index stride = Index(gridDim.x) * blockDim.x;  // all threads of the grid
    for (Index i = first; i < count; i += stride) y[i] += a * x[i];
    // [/exercise stride]
}
// [/first_steps.stride]

void add_scaled_grid_stride(DeviceView<float> y, DeviceView<const float> x, float a) {
    require_shape(x, 1, y.cols, "add_scaled: x");
    require_shape(y, 1, y.cols, "add_scaled: y");
    simt::launch<add_scaled>({blocks, threads}, y.data, x.data, a, y.cols);
}

}  // namespace seed
