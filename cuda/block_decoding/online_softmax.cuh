// The softmax of a row of attention that a warp builds up while the keys pass by.
#pragma once

#include "transformer/reduce.cuh"

namespace seed {

inline constexpr int largest_cached_head = 128;
inline constexpr int numbers_per_lane = largest_cached_head / warp_size;  // 128 / 32 = 4

// [online_softmax.row]
// The softmax of a row while its keys pass by, 32 at a time: chapter 2's online softmax. The warp
// shares it; lane l holds the numbers l, l + 32, ... of the average.
struct OnlineSoftmax {
    float largest = -INFINITY, sum = 0, average[numbers_per_lane] = {};

    // The lane's key has this score, -INFINITY where it is not seen. Returns its weight. Key 0 is
    // seen by all, so `largest` is finite from the first tile on.
    __device__ float take(float score) {
        const float new_largest = fmaxf(largest, warp_max(score));
        const float shrink = expf(largest - new_largest), weight = expf(score - new_largest);
        largest = new_largest;
        sum = sum * shrink + warp_sum(weight);
        for (float& number : average) number *= shrink;
        return weight;
    }
    // weight times a row of values, of which number d stands at v[d].
    __device__ void add(float weight, const float* v, Index head_size) {
        for (int t = 0; t < numbers_per_lane; ++t) {
            const Index d = threadIdx.x % warp_size + t * warp_size;
            if (d < head_size) average[t] += weight * v[d];
        }
    }
    __device__ void write(float* y, Index head_size) const {
        for (int t = 0; t < numbers_per_lane; ++t) {
            const Index d = threadIdx.x % warp_size + t * warp_size;
            if (d < head_size) y[d] = average[t] / sum;
        }
    }
};
// [/online_softmax.row]

}  // namespace seed
