// Sums and maxima over the threads of a warp or a block, for kernels whose threads share a row.
//
// The order of additions is fixed by the lane numbers alone: two runs give the same bits.
#pragma once

#include "core/grid.h"
#include "simt/simt.h"

namespace seed {

inline constexpr int warp_size = 32;
inline constexpr unsigned all_lanes = 0xffffffffu;

// [reduce.warp]
// Exchange with the lane at distance 16, 8, 4, 2, 1: then every lane holds the sum of all 32.
// All lanes of the warp must take part.
__device__ inline float warp_sum(float value) {
    for (int distance = warp_size / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(all_lanes, value, distance);
    }
    return value;
}

__device__ inline float warp_max(float value) {
    for (int distance = warp_size / 2; distance > 0; distance /= 2) {
        value = fmaxf(value, __shfl_xor_sync(all_lanes, value, distance));
    }
    return value;
}
// [/reduce.warp]

// [reduce.block]
// Every warp leaves its result in shared memory (one float per warp), and every thread adds them
// up. All threads of the block must take part, and blockDim.x is a multiple of the warp size.
__device__ inline float block_sum(float value, float* of_warp) {
    value = warp_sum(value);
    if (threadIdx.x % warp_size == 0) of_warp[threadIdx.x / warp_size] = value;
    __syncthreads();
    float sum = 0;
    for (unsigned w = 0; w < blockDim.x / warp_size; ++w) sum += of_warp[w];
    __syncthreads();  // of_warp may be written again from here on
    return sum;
}

__device__ inline float block_max(float value, float* of_warp) {
    value = warp_max(value);
    if (threadIdx.x % warp_size == 0) of_warp[threadIdx.x / warp_size] = value;
    __syncthreads();
    float largest = of_warp[0];
    for (unsigned w = 1; w < blockDim.x / warp_size; ++w) largest = fmaxf(largest, of_warp[w]);
    __syncthreads();
    return largest;
}
// [/reduce.block]

}  // namespace seed
