// The threads of a block hand numbers to each other in shared memory.
#include "first_steps/first_steps_device.h"
#include "simt/simt.h"

namespace seed {

constexpr int threads = 128;

// [first_steps.block_sum]
static __global__ void sum_row_of_block(float* sums, const float* x, Index cols) {
    SIMT_SHARED(float, partial, [threads]);
    const float* row = x + Index(blockIdx.x) * cols;  // (C)
    // [exercise block_sum]
    float mine = 0;
    for (Index c = threadIdx.x; c < cols; c += threads) mine += row[c];
    partial[threadIdx.x] = mine;
    for (int half = threads / 2; half > 0; half /= 2) {
        __syncthreads();
        if (int(threadIdx.x) < half) partial[threadIdx.x] += partial[threadIdx.x + half];
    }
    if (threadIdx.x == 0) sums[blockIdx.x] = partial[0];
    // [/exercise block_sum]
}
// [/first_steps.block_sum]

void sum_rows_block_per_row(DeviceView<float> sums, DeviceView<const float> x) {
    require_shape(sums, x.rows, 1, "sum_rows: sums");
    if (x.rows == 0) return;
    simt::launch<sum_row_of_block>({x.rows, threads}, sums.data, x.data, x.cols);
}

}  // namespace seed
