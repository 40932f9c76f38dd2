#include <cmath>

#include "core/device_array.h"
#include "core/grid.h"
#include "simt/simt.h"

namespace seed {
namespace {

constexpr int threads = 256;

}  // namespace

// [device_array.fill]
static __global__ void fill_kernel(float* y, float value, Index size) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < size) y[i] = value;
}
// [/device_array.fill]

static __global__ void copy_kernel(float* y, const float* x, Index size) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < size) y[i] = x[i];
}

void fill_thread_per_element(DeviceView<float> y, float value) {
    if (y.size() == 0) return;
    simt::launch<fill_kernel>({blocks_for(y.size(), threads), threads}, y.data, value, y.size());
}

void copy_thread_per_element(DeviceView<float> y, DeviceView<const float> x) {
    require_shape(x, y.rows, y.cols, "copy: x");
    if (y.size() == 0) return;
    simt::launch<copy_kernel>({blocks_for(y.size(), threads), threads}, y.data, x.data, y.size());
}

// Zero bytes are zero floats, and the runtime writes those faster than any kernel
void fill(DeviceView<float> y, float value) {
    const bool is_zero = value == 0 && !std::signbit(value);
    if (is_zero) return zero_on_device(y.data, y.bytes());
    fill_thread_per_element(y, value);
}

void copy(DeviceView<float> y, HostView<const float> x) {
    require_shape(x, y.rows, y.cols, "copy: x");
    copy_to_device(y.data, x.data, y.bytes());
}

void copy(HostView<float> y, DeviceView<const float> x) {
    require_shape(x, y.rows, y.cols, "copy: x");
    copy_from_device(y.data, x.data, x.bytes());
}

void copy(DeviceView<float> y, DeviceView<const float> x) {
    require_shape(x, y.rows, y.cols, "copy: x");
    copy_on_device(y.data, x.data, y.bytes());
}

HostMatrix<float> to_host(DeviceView<const float> x) {
    HostMatrix<float> matrix(x.rows, x.cols);
    copy(matrix.view(), x);
    return matrix;
}

}  // namespace seed
