// The gradients of attention from lse alone: P is computed again, tile by tile.
#include "simt/simt.h"
#include "transformer/attention_device.h"
#include "transformer/attention_tiles.cuh"

namespace seed {

static constexpr int delta_threads = 128;

// [attention_online_softmax_backward.delta]
// delta[i] = sum_j P[i,j] dP[i,j] = sum_j P[i,j] dy[i] . v[j] = dy[i] . y[i]: a thread per row.
static __global__ void attention_delta_kernel(float* delta, const float* dy, const float* y,
                                              AttentionLayout s) {
    const Index row = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (row >= s.rows()) return;
    const Index i = row % s.positions, head = row / s.positions % s.heads;
    const Index at = s.query(row / s.positions / s.heads, i, head);
    delta[row] = dot(dy + at, y + at, s.head_size);
}
// [/attention_online_softmax_backward.delta]

// [attention_online_softmax_backward.dq]
// As in the forward pass: a warp per query, a lane per key of the tile.
static __global__ void attention_dq_online_softmax_kernel(float* dq, const float* dy,
                                                          const float* delta, const float* lse,
                                                          const float* q, const float* k,
                                                          const float* v, AttentionLayout s) {
    SIMT_DYNAMIC_SHARED(float, shared);
    const AttentionTiles tiles(shared, s.head_size);
    const QueryOfWarp at(s);
    const Index lane = threadIdx.x % warp_size, step = s.kv_heads * s.head_size;
    const Index query = s.query(at.b, at.i, at.head), row = s.row(at.b, at.i, at.head);
    load_row(tiles.row, q + query, s.head_size);
    load_row(tiles.other_row, dy + query, s.head_size);
    float sum[numbers_per_lane] = {};
    for (Index first = 0; first < at.visible_to_block; first += tile_rows) {
        const Index from = s.key(at.b, first, at.kv_head), rows = s.positions - first;
        load_tile_rows(tiles.first, k + from, rows, step, s.head_size);
        load_tile_rows(tiles.second, v + from, rows, step, s.head_size);
        __syncthreads();
        const Index own = lane * (s.head_size + 1);
        const float score = s.scale * dot(tiles.row, tiles.first + own, s.head_size);
        const float p = first + lane < at.visible ? expf(score - lse[row]) : 0;
        const float dp = dot(tiles.other_row, tiles.second + own, s.head_size);
        tiles.weights[lane] = s.scale * p * (dp - delta[row]);
        __syncwarp();
        add_weighted_rows(sum, tiles.weights, tiles.first, s.head_size);
        __syncthreads();
    }
    if (at.writes) add_row(dq + query, sum, s.head_size);
}
// [/attention_online_softmax_backward.dq]

// [attention_online_softmax_backward.dk_dv]
// The mirror image: a warp per key, a lane per query of the tile. The block goes through the
// queries of all heads of the group, so that nobody else adds to its keys: no atomics.
static __global__ void attention_dk_dv_online_softmax_kernel(float* dk, float* dv, const float* dy,
                                                             const float* delta, const float* lse,
                                                             const float* q, const float* k,
                                                             const float* v, AttentionLayout s) {
    SIMT_DYNAMIC_SHARED(float, shared);
    const AttentionTiles tiles(shared, s.head_size);
    const Index lane = threadIdx.x % warp_size, last = s.positions - 1;
    const Index b = blockIdx.y / s.kv_heads, kv_head = blockIdx.y % s.kv_heads;
    const Index group = s.heads / s.kv_heads, first_key = Index(blockIdx.x) * warps_per_block;
    const Index own = first_key + threadIdx.x / warp_size, j = own <= last ? own : last;
    const Index key = s.key(b, j, kv_head);
    load_row(tiles.row, k + key, s.head_size);
    load_row(tiles.other_row, v + key, s.head_size);
    // Earlier queries see none of the block's keys
    const Index first_query = s.block == 0 ? 0 : first_key / s.block * s.block;
    float dk_sum[numbers_per_lane] = {}, dv_sum[numbers_per_lane] = {};
    for (Index head = kv_head * group; head < (kv_head + 1) * group; ++head) {
        for (Index first = first_query; first < s.positions; first += tile_rows) {
            const Index from = s.query(b, first, head), rows = s.positions - first;
            load_tile_rows(tiles.first, q + from, rows, s.heads * s.head_size, s.head_size);
            load_tile_rows(tiles.second, dy + from, rows, s.heads * s.head_size, s.head_size);
            __syncthreads();
            const Index i = first + lane <= last ? first + lane : last, row = s.row(b, i, head);
            const float* q_i = tiles.first + lane * (s.head_size + 1);    // (D)
            const float* dy_i = tiles.second + lane * (s.head_size + 1);  // (D)
            const bool sees = first + lane <= last && j < s.visible(b, i);
            const float score = s.scale * dot(q_i, tiles.row, s.head_size);
            const float p = sees ? expf(score - lse[row]) : 0;
            const float dp = dot(dy_i, tiles.other_row, s.head_size);
            tiles.weights[lane] = p, tiles.more_weights[lane] = s.scale * p * (dp - delta[row]);
            __syncwarp();
            add_weighted_rows(dv_sum, tiles.weights, tiles.second, s.head_size);
            add_weighted_rows(dk_sum, tiles.more_weights, tiles.first, s.head_size);
            __syncthreads();
        }
    }
    if (own > last) return;
    add_row(dk + key, dk_sum, s.head_size);
    add_row(dv + key, dv_sum, s.head_size);
}
// [/attention_online_softmax_backward.dk_dv]

void attention_backward_online_softmax(DeviceView<float> dq, DeviceView<float> dk,
                                       DeviceView<float> dv, DeviceView<const float> dy,
                                       DeviceView<const float> y, DeviceView<const float> lse,
                                       DeviceView<const float> q, DeviceView<const float> k,
                                       DeviceView<const float> v, const AttentionShape& shape) {
    const AttentionOnDevice on_device(shape, q, k, v);
    const AttentionLayout& s = on_device.layout();
    require_attention_gradients(dq, dk, dv, dy, q, k);
    require_shape(y, q.rows, q.cols, "attention_backward: y");
    require_shape(lse, s.rows(), 1, "attention_backward: lse");
    const std::size_t shared_bytes = AttentionTiles::bytes(s.head_size);
    if (dq.size() == 0) return;
    const Index tiles = blocks_for(s.positions, warps_per_block);
    const dim3 query_grid(tiles, blocks_for_heads(s.batch * s.heads));
    const dim3 key_grid(tiles, blocks_for_heads(s.batch * s.kv_heads));
    const DeviceBuffer<float> delta(s.rows());
    simt::launch<attention_delta_kernel>({blocks_for(s.rows(), delta_threads), delta_threads},
                                         delta.data(), dy.data, y.data, s);
    simt::launch<attention_dq_online_softmax_kernel>({query_grid, tile_threads, shared_bytes},
                                                     dq.data, dy.data, delta.data(), lse.data,
                                                     q.data, k.data, v.data, s);
    simt::launch<attention_dk_dv_online_softmax_kernel>({key_grid, tile_threads, shared_bytes},
                                                        dk.data, dv.data, dy.data, delta.data(),
                                                        lse.data, q.data, k.data, v.data, s);
}

}  // namespace seed
