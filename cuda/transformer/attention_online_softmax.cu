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
    SIMT_DYNAMIC_SHARED(float, shared);
    const AttentionTiles tiles(shared, s.head_size);
    const QueryOfWarp at(s);
    const Index lane = threadIdx.x % warp_size, step = s.kv_heads * s.head_size;
    load_row(tiles.row, q + s.query(at.b, at.i, at.head), s.head_size);
    float largest = -INFINITY, sum = 0, average[numbers_per_lane] = {};
    for (Index first = 0; first < at.visible_to_block; first += tile_rows) {
        const Index from = s.key(at.b, first, at.kv_head), rows = s.positions - first;
        load_tile_rows(tiles.first, k + from, rows, step, s.head_size);
        load_tile_rows(tiles.second, v + from, rows, step, s.head_size);
        __syncthreads();  // the tiles are complete
        // Score the lane's key; key 0 is visible to all, so `largest` is finite from here on
        const float* k_j = tiles.first + lane * (s.head_size + 1);  // (D)
        const float score = s.scale * dot(tiles.row, k_j, s.head_size);
        const bool sees = first + lane < at.visible;
        const float new_largest = fmaxf(largest, warp_max(sees ? score : -INFINITY));
        // Scale down what has been summed under a smaller maximum
        const float shrink = expf(largest - new_largest);
        const float weight = sees ? expf(score - new_largest) : 0;
        largest = new_largest;
        sum = sum * shrink + warp_sum(weight);
        for (float& number : average) number *= shrink;
        // Add the tile's values
        tiles.weights[lane] = weight;
        __syncwarp();
        add_weighted_rows(average, tiles.weights, tiles.second, s.head_size);
        __syncthreads();  // nobody reads the tiles any more
    }
    if (!at.writes) return;
    for (int t = 0; t < numbers_per_lane; ++t) {
        const Index d = lane + t * warp_size;
        if (d < s.head_size) y[s.query(at.b, at.i, at.head) + d] = average[t] / sum;
    }
    if (lane == 0) lse[s.row(at.b, at.i, at.head)] = largest + logf(sum);
}
// [/attention_online_softmax.forward]

void attention_forward_online_softmax(DeviceView<float> y, DeviceView<float> lse,
                                      DeviceView<const float> q, DeviceView<const float> k,
                                      DeviceView<const float> v, const AttentionShape& shape) {
    const AttentionOnDevice on_device(shape, q, k, v);
    const AttentionLayout& s = on_device.layout();
    require_shape(y, q.rows, q.cols, "attention_forward: y");
    require_shape(lse, s.rows(), 1, "attention_forward: lse");
    const std::size_t shared_bytes = AttentionTiles::bytes(s.head_size);
    if (y.size() == 0) return;
    const dim3 grid(blocks_for(s.positions, warps_per_block), blocks_for_heads(s.batch * s.heads));
    simt::launch<attention_forward_online_softmax_kernel>(
        {grid, tile_threads, shared_bytes}, y.data, lse.data, q.data, k.data, v.data, s);
}

}  // namespace seed
