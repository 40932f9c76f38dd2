// Tiles of keys, or of queries, in shared memory: what the online-softmax kernels share.
#pragma once

#include "transformer/attention_layout.cuh"
#include "transformer/reduce.cuh"

namespace seed {

inline constexpr int tile_rows = warp_size;  // a row per lane
inline constexpr int warps_per_block = 8;    // a warp per query (or per key) of the block
inline constexpr int largest_head = 128;
inline constexpr int numbers_per_lane = largest_head / warp_size;  // 128 / 32 = 4

// [attention_tiles.load_rows]
// Copies `rows` rows of one head, (rows, D), whose starts are `step` floats apart, and zeros into
// the rest of the tile. A row of the tile is D + 1 long: for even D, the 32 lanes that read one
// number each of a row of their own find them in 32 different banks.
__device__ inline void load_rows(float* tile, const float* x, Index rows, Index step,
                                 Index head_size) {
    for (Index e = threadIdx.x; e < tile_rows * head_size; e += blockDim.x) {
        const Index row = e / head_size, d = e % head_size;
        tile[row * (head_size + 1) + d] = row < rows ? x[row * step + d] : 0;
    }
}
// [/attention_tiles.load_rows]

// sum += weights (32) times the tile's rows; lane l holds the numbers l, l + 32, ... of the sum.
__device__ inline void add_weighted_rows(float* sum, const float* weights, const float* tile,
                                         Index head_size) {
    const Index lane = threadIdx.x % warp_size;
    for (int t = 0; t < numbers_per_lane; ++t) {
        const Index d = lane + t * warp_size;
        if (d >= head_size) break;
        for (int row = 0; row < tile_rows; ++row) {
            sum[t] += weights[row] * tile[row * (head_size + 1) + d];
        }
    }
}

// Floats of shared memory: two tiles, `vectors` rows of D per warp and `weights` rows of 32.
inline std::size_t tile_bytes(Index head_size, Index vectors, Index weights) {
    require(head_size <= largest_head, "online softmax: expected heads of at most {}, got {}",
            largest_head, head_size);
    const Index floats = 2 * tile_rows * (head_size + 1) +
                         warps_per_block * (vectors * head_size + weights * tile_rows);
    return std::size_t(floats) * sizeof(float);
}

}  // namespace seed
