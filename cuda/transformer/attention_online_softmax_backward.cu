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
    SIMT_DYNAMIC_SHARED(float, k_tile);                        // (32, D + 1)
    float* v_tile = k_tile + tile_rows * (s.head_size + 1);    // (32, D + 1)
    float* q_rows = v_tile + tile_rows * (s.head_size + 1);    // (8, D)
    float* dy_rows = q_rows + warps_per_block * s.head_size;   // (8, D)
    float* ds_rows = dy_rows + warps_per_block * s.head_size;  // (8, 32)
    const Index warp = threadIdx.x / warp_size, lane = threadIdx.x % warp_size;
    const Index b = blockIdx.y / s.heads, head = blockIdx.y % s.heads;
    const Index kv_head = s.kv_head_of(head), step = s.kv_heads * s.head_size;
    const Index own = Index(blockIdx.x) * warps_per_block + warp, last = s.positions - 1;
    const Index i = own <= last ? own : last, row = s.row(b, i, head);
    const Index visible = s.visible(b, i);
    const Index end = Index(blockIdx.x + 1) * warps_per_block - 1;
    const Index visible_to_block = s.visible(b, end <= last ? end : last);
    float *q_i = q_rows + warp * s.head_size, *dy_i = dy_rows + warp * s.head_size;  // (D)
    float* ds = ds_rows + warp * warp_size;                                          // (32)
    for (Index d = lane; d < s.head_size; d += warp_size) {
        q_i[d] = q[s.query(b, i, head) + d], dy_i[d] = dy[s.query(b, i, head) + d];
    }
    float sum[numbers_per_lane] = {};
    for (Index first = 0; first < visible_to_block; first += tile_rows) {
        load_rows(k_tile, k + s.key(b, first, kv_head), s.positions - first, step, s.head_size);
        load_rows(v_tile, v + s.key(b, first, kv_head), s.positions - first, step, s.head_size);
        __syncthreads();
        const Index at = lane * (s.head_size + 1);
        const float score = s.scale * dot(q_i, k_tile + at, s.head_size);
        const float p = first + lane < visible ? expf(score - lse[row]) : 0;
        ds[lane] = s.scale * p * (dot(dy_i, v_tile + at, s.head_size) - delta[row]);
        __syncwarp();
        add_weighted_rows(sum, ds, k_tile, s.head_size);
        __syncthreads();
    }
    if (own > last) return;
    for (Index d = lane, t = 0; d < s.head_size; d += warp_size, ++t) {
        dq[s.query(b, i, head) + d] += sum[t];
    }
}
// [/attention_online_softmax_backward.dq]

// [attention_online_softmax_backward.dk_dv]
// The mirror image: a warp per key, a lane per query of the tile. The block goes through all
// queries of all heads of the group, so that nobody else adds to its keys: no atomics.
static __global__ void attention_dk_dv_online_softmax_kernel(float* dk, float* dv, const float* dy,
                                                             const float* delta, const float* lse,
                                                             const float* q, const float* k,
                                                             const float* v, AttentionLayout s) {
    SIMT_DYNAMIC_SHARED(float, q_tile);                       // (32, D + 1)
    float* dy_tile = q_tile + tile_rows * (s.head_size + 1);  // (32, D + 1)
    float* k_rows = dy_tile + tile_rows * (s.head_size + 1);  // (8, D)
    float* v_rows = k_rows + warps_per_block * s.head_size;   // (8, D)
    float* p_rows = v_rows + warps_per_block * s.head_size;   // (8, 32)
    float* ds_rows = p_rows + warps_per_block * warp_size;    // (8, 32)
    const Index warp = threadIdx.x / warp_size, lane = threadIdx.x % warp_size;
    const Index b = blockIdx.y / s.kv_heads, kv_head = blockIdx.y % s.kv_heads;
    const Index group = s.heads / s.kv_heads, step = s.heads * s.head_size;
    const Index first_key = Index(blockIdx.x) * warps_per_block, last = s.positions - 1;
    const Index own = first_key + warp, j = own <= last ? own : last;
    // Earlier queries see none of the block's keys
    const Index first_query = s.block == 0 ? 0 : first_key / s.block * s.block;
    float *k_j = k_rows + warp * s.head_size, *v_j = v_rows + warp * s.head_size;  // (D)
    float *p = p_rows + warp * warp_size, *ds = ds_rows + warp * warp_size;        // (32)
    for (Index d = lane; d < s.head_size; d += warp_size) {
        k_j[d] = k[s.key(b, j, kv_head) + d], v_j[d] = v[s.key(b, j, kv_head) + d];
    }
    float dk_sum[numbers_per_lane] = {}, dv_sum[numbers_per_lane] = {};
    for (Index head = kv_head * group; head < (kv_head + 1) * group; ++head) {
        for (Index first = first_query; first < s.positions; first += tile_rows) {
            const Index from = s.query(b, first, head), rows = s.positions - first;
            load_rows(q_tile, q + from, rows, step, s.head_size);
            load_rows(dy_tile, dy + from, rows, step, s.head_size);
            __syncthreads();
            const Index i = first + lane, at = lane * (s.head_size + 1);
            const bool sees = i < s.positions && j < s.visible(b, i);
            const Index row = s.row(b, sees ? i : last, head);
            const float score = s.scale * dot(q_tile + at, k_j, s.head_size);
            p[lane] = sees ? expf(score - lse[row]) : 0;
            const float dp = dot(dy_tile + at, v_j, s.head_size);
            ds[lane] = s.scale * p[lane] * (dp - delta[row]);
            __syncwarp();
            add_weighted_rows(dv_sum, p, dy_tile, s.head_size);
            add_weighted_rows(dk_sum, ds, q_tile, s.head_size);
            __syncthreads();
        }
    }
    if (own > last) return;
    for (Index d = lane, t = 0; d < s.head_size; d += warp_size, ++t) {
        dk[s.key(b, j, kv_head) + d] += dk_sum[t];
        dv[s.key(b, j, kv_head) + d] += dv_sum[t];
    }
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
    const std::size_t dq_bytes = tile_bytes(s.head_size, 2, 1);
    const std::size_t dk_dv_bytes = tile_bytes(s.head_size, 2, 2);
    if (dq.size() == 0) return;
    const DeviceBuffer<float> delta(s.rows());
    simt::launch<attention_delta_kernel>({blocks_for(s.rows(), delta_threads), delta_threads},
                                         delta.data(), dy.data, y.data, s);
    const unsigned tiles = blocks_for(s.positions, warps_per_block);
    const int threads = warps_per_block * warp_size;
    simt::launch<attention_dq_online_softmax_kernel>(
        {dim3(tiles, unsigned(s.batch * s.heads)), threads, dq_bytes}, dq.data, dy.data,
        delta.data(), lse.data, q.data, k.data, v.data, s);
    simt::launch<attention_dk_dv_online_softmax_kernel>(
        {dim3(tiles, unsigned(s.batch * s.kv_heads)), threads, dk_dv_bytes}, dk.data, dv.data,
        dy.data, delta.data(), lse.data, q.data, k.data, v.data, s);
}

}  // namespace seed
