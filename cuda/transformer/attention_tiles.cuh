// What the online-softmax kernels share: tiles of keys (or queries) in shared memory, and which
// query a warp works on.
#pragma once

#include "transformer/attention_layout.cuh"
#include "transformer/reduce.cuh"

namespace seed {

inline constexpr int tile_rows = warp_size;  // a row per lane
inline constexpr int warps_per_block = 8;    // a warp per query (or key) of the block
inline constexpr int tile_threads = warps_per_block * warp_size;  // 8 * 32 = 256
inline constexpr int largest_head = 128;
inline constexpr int numbers_per_lane = largest_head / warp_size;  // 128 / 32 = 4

// [attention_tiles.place]
// The block's shared memory: two tiles, and for each warp two rows of a head and two of weights. A
// row of a tile is D + 1 long: for even D, the 32 lanes that read one number each of a row of
// their own find them in 32 different banks.
struct AttentionTiles {
    float *first, *second;          // (32, D + 1), the block's
    float *row, *other_row;         // (D), the warp's
    float *weights, *more_weights;  // (32), the warp's

    __device__ AttentionTiles(float* shared, Index head_size) {
        first = shared;
        second = first + tile_rows * (head_size + 1);
        row = second + tile_rows * (head_size + 1) +
              threadIdx.x / warp_size * 2 * (head_size + tile_rows);
        other_row = row + head_size;
        weights = other_row + head_size;
        more_weights = weights + tile_rows;
    }
    // At D = 128: (2 * 32 * 129 + 8 * 2 * 160) * 4 = 43,264 of the 49,152 bytes that there are
    static std::size_t bytes(Index head_size) {
        require(head_size <= largest_head, "online softmax: expected heads of at most {}, got {}",
                largest_head, head_size);
        return std::size_t(2 * tile_rows * (head_size + 1) +
                           warps_per_block * 2 * (head_size + tile_rows)) *
               sizeof(float);
    }
};
// [/attention_tiles.place]

// [attention_tiles.query]
// A warp per query of one head. A warp beyond the last query repeats that one and writes nothing:
// the block needs all its threads to copy tiles.
struct QueryOfWarp {
    Index b, head, kv_head, i, visible, visible_to_block;
    bool writes;

    __device__ explicit QueryOfWarp(const AttentionLayout& s) {
        const Index first = Index(blockIdx.x) * warps_per_block, last = s.positions - 1;
        const Index own = first + threadIdx.x / warp_size, end = first + warps_per_block - 1;
        writes = own <= last;
        i = writes ? own : last;
        b = blockIdx.y / s.heads, head = blockIdx.y % s.heads, kv_head = s.kv_head_of(head);
        visible = s.visible(b, i);
        visible_to_block = s.visible(b, end <= last ? end : last);  // the later, the more
    }
};
// [/attention_tiles.query]

// [attention_tiles.load_rows]
// The block copies `rows` rows of one head, whose starts are `step` floats apart, and zeros into
// the rest of the tile.
__device__ inline void load_tile_rows(float* tile, const float* x, Index rows, Index step,
                                      Index head_size) {
    for (Index e = threadIdx.x; e < tile_rows * head_size; e += blockDim.x) {
        const Index row = e / head_size, d = e % head_size;
        tile[row * (head_size + 1) + d] = row < rows ? x[row * step + d] : 0;
    }
}

// The warp copies a row of one head.
__device__ inline void load_row(float* row, const float* x, Index head_size) {
    for (Index d = threadIdx.x % warp_size; d < head_size; d += warp_size) row[d] = x[d];
}
// [/attention_tiles.load_rows]

// [attention_tiles.add_weighted_rows]
// sum += weights (32) times the tile's rows; lane l holds the numbers l, l + 32, ... of the sum.
__device__ inline void add_weighted_rows(float* sum, const float* weights, const float* tile,
                                         Index head_size) {
    for (int t = 0; t < numbers_per_lane; ++t) {
        const Index d = threadIdx.x % warp_size + t * warp_size;
        if (d >= head_size) break;
        for (int row = 0; row < tile_rows; ++row) {
            sum[t] += weights[row] * tile[row * (head_size + 1) + d];
        }
    }
}

// x (D) += what the lanes hold of the sum.
__device__ inline void add_row(float* x, const float* sum, Index head_size) {
    for (int t = 0; t < numbers_per_lane; ++t) {
        const Index d = threadIdx.x % warp_size + t * warp_size;
        if (d < head_size) x[d] += sum[t];
    }
}
// [/attention_tiles.add_weighted_rows]

}  // namespace seed
