// The lanes of a warp read each other's registers.
#include "core/grid.h"
#include "first_steps/first_steps_device.h"
#include "simt/simt.h"

namespace seed {

constexpr int lanes = 32, threads = 128, warps = threads / lanes;  // 128 / 32 = 4 rows a block

// [first_steps.warp_sum]
static __global__ void sum_row_of_warp(float* sums, const float* x, Index rows, Index cols) {
    const Index n = Index(blockIdx.x) * warps + threadIdx.x / lanes;
    const int lane = int(threadIdx.x) % lanes;
    if (n >= rows) return;  // a whole warp goes, or none of it
    // [exercise warp_sum]
    float sum = 0;
    for (Index c = lane; c < cols; c += lanes) sum += x[n * cols + c];
    for (int distance = lanes / 2; distance > 0; distance /= 2) {
        sum += __shfl_xor_sync(0xffffffffu, sum, distance);
    }
    if (lane == 0) sums[n] = sum;
    // [/exercise warp_sum]
}
// [/first_steps.warp_sum]

void sum_rows_warp_per_row(DeviceView<float> sums, DeviceView<const float> x) {
    require_shape(sums, x.rows, 1, "sum_rows: sums");
    if (x.rows == 0) return;
    simt::launch<sum_row_of_warp>({blocks_for(x.rows, warps), threads}, sums.data, x.data, x.rows,
                                  x.cols);
}

}  // namespace seed
