#include "core/grid.h"
#include "simt/simt.h"
#include "transformer/muon_device.h"

namespace seed {
namespace {

constexpr int threads = 256;

}  // namespace

// [muon_device.linear_combination]
// The CPU's loop over rows: neighbouring threads stand C floats apart.
static __global__ void combine_rows(float* y, float a, const float* x, float b, const float* z,
                                    Index rows, Index cols) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n >= rows) return;
    for (Index i = n * cols; i < (n + 1) * cols; ++i) y[i] = a * x[i] + b * z[i];
}

// Each thread reads its elements before it writes one, so y may be x or z.
static __global__ void combine_elements(float* y, float a, const float* x, float b, const float* z,
                                        Index size) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < size) y[i] = a * x[i] + b * z[i];
}
// [/muon_device.linear_combination]

static void check_linear_combination(DeviceView<float> y, DeviceView<const float> x,
                                     DeviceView<const float> z) {
    require_shape(x, y.rows, y.cols, "linear_combination: x");
    require_shape(z, y.rows, y.cols, "linear_combination: z");
}

void linear_combination_thread_per_row(DeviceView<float> y, double a, DeviceView<const float> x,
                                       double b, DeviceView<const float> z) {
    check_linear_combination(y, x, z);
    if (y.size() == 0) return;
    simt::launch<combine_rows>({blocks_for(y.rows, threads), threads}, y.data, float(a), x.data,
                               float(b), z.data, y.rows, y.cols);
}

void linear_combination_thread_per_element(DeviceView<float> y, double a, DeviceView<const float> x,
                                           double b, DeviceView<const float> z) {
    check_linear_combination(y, x, z);
    if (y.size() == 0) return;
    simt::launch<combine_elements>({blocks_for(y.size(), threads), threads}, y.data, float(a),
                                   x.data, float(b), z.data, y.size());
}

void linear_combination(DeviceView<float> y, double a, DeviceView<const float> x, double b,
                        DeviceView<const float> z) {
    linear_combination_thread_per_element(y, a, x, b, z);
}

}  // namespace seed
