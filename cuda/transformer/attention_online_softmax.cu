// Attention that reads keys and values in tiles and never stores a row of P.
#include "simt/simt.h"
#include "transformer/attention_device.h"
#include "transformer/attention_tiles.cuh"

namespace seed {

// [attention_online_softmax.forward]
// A block takes 8 queries of one head, a warp each; a lane takes a key of the tile, so that the
// softmax over a tile is a matter of shuffles. Keys and values are read once for 8 queries.
static __global__ void attention_forward_online_softmax_kernel(float* y, float* lse, const float* q,
                                                               const float* k, const float* v,
                                                               AttentionLayout s) {
    SIMT_DYNAMIC_SHARED(float, k_tile);                           // (32, D + 1)
    float* v_tile = k_tile + tile_rows * (s.head_size + 1);       // (32, D + 1)
    float* q_rows = v_tile + tile_rows * (s.head_size + 1);       // (8, D)
    float* weight_rows = q_rows + warps_per_block * s.head_size;  // (8, 32)
    const Index warp = threadIdx.x / warp_size, lane = threadIdx.x % warp_size;
    const Index b = blockIdx.y / s.heads, head = blockIdx.y % s.heads;
    const Index kv_head = s.kv_head_of(head), step = s.kv_heads * s.head_size;
    // A warp without a query repeats the last one and writes nothing: the block needs it
    const Index own = Index(blockIdx.x) * warps_per_block + warp, last = s.positions - 1;
    const Index i = own <= last ? own : last;
    const Index visible = s.visible(b, i);
    const Index end = Index(blockIdx.x + 1) * warps_per_block - 1;
    const Index visible_to_block = s.visible(b, end <= last ? end : last);
    float* q_i = q_rows + warp * s.head_size;         // (D)
    float* weights = weight_rows + warp * warp_size;  // (32)
    for (Index d = lane; d < s.head_size; d += warp_size) q_i[d] = q[s.query(b, i, head) + d];

    float largest = -INFINITY, sum = 0, average[numbers_per_lane] = {};
    for (Index first = 0; first < visible_to_block; first += tile_rows) {
        load_rows(k_tile, k + s.key(b, first, kv_head), s.positions - first, step, s.head_size);
        load_rows(v_tile, v + s.key(b, first, kv_head), s.positions - first, step, s.head_size);
        __syncthreads();
        // Score the lane's key; key 0 is visible to all, so `largest` is finite from here on
        const float score = s.scale * dot(q_i, k_tile + lane * (s.head_size + 1), s.head_size);
        const bool sees = first + lane < visible;
        const float new_largest = fmaxf(largest, warp_max(sees ? score : -INFINITY));
        // Scale down what has been summed under a smaller maximum
        const float shrink = expf(largest - new_largest);
        const float weight = sees ? expf(score - new_largest) : 0;
        largest = new_largest;
        sum = sum * shrink + warp_sum(weight);
        for (float& number : average) number *= shrink;
        // Add the tile's values
        weights[lane] = weight;
        __syncwarp();
        add_weighted_rows(average, weights, v_tile, s.head_size);
        __syncthreads();  // before the next tile takes the place of this one
    }
    if (own > last) return;
    for (Index d = lane, t = 0; d < s.head_size; d += warp_size, ++t) {
        y[s.query(b, i, head) + d] = average[t] / sum;
    }
    if (lane == 0) lse[s.row(b, i, head)] = largest + logf(sum);
}
// [/attention_online_softmax.forward]

void attention_forward_online_softmax(DeviceView<float> y, DeviceView<float> lse,
                                      DeviceView<const float> q, DeviceView<const float> k,
                                      DeviceView<const float> v, const AttentionShape& shape) {
    const AttentionOnDevice on_device(shape, q, k, v);
    const AttentionLayout& s = on_device.layout();
    require_shape(y, q.rows, q.cols, "attention_forward: y");
    require_shape(lse, s.rows(), 1, "attention_forward: lse");
    const std::size_t shared_bytes = tile_bytes(s.head_size, 1, 1);
    if (y.size() == 0) return;
    const dim3 grid(blocks_for(s.positions, warps_per_block), unsigned(s.batch * s.heads));
    simt::launch<attention_forward_online_softmax_kernel>(
        {grid, warps_per_block * warp_size, shared_bytes}, y.data, lse.data, q.data, k.data, v.data,
        s);
}

}  // namespace seed
