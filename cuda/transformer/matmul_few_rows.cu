#include "core/grid.h"
#include "simt/simt.h"
#include "transformer/few_rows_device.h"
#include "transformer/matmul_device.h"
#include "transformer/reduce.cuh"

namespace seed {

static constexpr int threads = 128;
static constexpr int warps_per_block = threads / warp_size;
static constexpr int rows_of_warp = 16;  // whose sums a lane keeps in registers

// [matmul_few_rows.warp_per_column]
// A warp makes 16 elements of one column of y. Its lanes read a row of W side by side, each number
// once, and meet it with all 16 rows of x. An element is added up in the same order whatever other
// rows there are.
static __global__ void matmul_forward_warp_per_column_kernel(float* y, const float* x,
                                                             const float* weight, Index rows,
                                                             Index inputs, Index outputs) {
    const Index o = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / warp_size;
    if (o >= outputs) return;  // a whole warp
    const Index lane = threadIdx.x % warp_size, first = Index(blockIdx.y) * rows_of_warp;
    const Index left = rows - first;
    float sum[rows_of_warp] = {};
    for (Index i = lane; i < inputs; i += warp_size) {
        const float of_weight = weight[o * inputs + i];
        for (int r = 0; r < rows_of_warp; ++r) {
            if (r < left) sum[r] += x[(first + r) * inputs + i] * of_weight;
        }
    }
    for (int r = 0; r < rows_of_warp && r < left; ++r) {
        const float total = warp_sum(sum[r]);
        if (lane == 0) y[(first + r) * outputs + o] = total;
    }
}
// [/matmul_few_rows.warp_per_column]

void matmul_forward_warp_per_column(DeviceView<float> y, DeviceView<const float> x,
                                    DeviceView<const float> weight) {
    check_matmul_forward(y, x, weight);
    const dim3 grid(blocks_for(y.cols, warps_per_block),
                    blocks_down(y.rows, rows_of_warp, "matmul: rows"));
    if (y.size() == 0) return;
    simt::launch<matmul_forward_warp_per_column_kernel>(
        {grid, threads}, y.data, x.data, weight.data, y.rows, weight.cols, weight.rows);
}

void matmul_few_rows(DeviceView<float> y, DeviceView<const float> x,
                     DeviceView<const float> weight) {
    matmul_forward_warp_per_column(y, x, weight);
}

}  // namespace seed
