#include "simt/simt.h"
#include "tests/simt/correct_kernels.h"

namespace seed {
namespace {

__device__ float warp_sum(float value) {
    for (int bits = 16; bits > 0; bits /= 2) value += __shfl_xor_sync(~0u, value, bits);
    return value;
}

}  // namespace

static __global__ void block_sums(float* sums, const float* x, int n) {
    SIMT_SHARED(float, partial, [32]);
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    const float sum = warp_sum(i < n ? x[i] : 0);
    if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = sum;
    __syncthreads();
    if (threadIdx.x == 0) {
        float total = 0;
        for (int warp = 0; warp < int(blockDim.x / 32); ++warp) total += partial[warp];
        sums[blockIdx.x] = total;
    }
}

void launch_block_sums(float* sums, const float* x, int n) {
    simt::launch<block_sums>({(n + 255) / 256, 256}, sums, x, n);
}

}  // namespace seed
