#include "block_decoding/cache_layout.cuh"
#include "block_decoding/online_softmax.cuh"

namespace seed {

static constexpr int threads_per_block = 256;
static constexpr int warps_per_block = threads_per_block / warp_size;  // 8 queries
static constexpr int tile_keys = warp_size;                            // a key per lane

// [cached_attention_device.thread_per_row]
// S of a query and the key at position j, whose numbers are `columns` floats apart.
static __device__ float score_of(const float* query, const float* keys, Index j,
                                 const CacheLayout& s) {
    float sum = 0;
    for (Index d = 0; d < s.head_size; ++d) sum += query[d] * keys[d * s.columns + j];
    return s.scale * sum;
}

// The CPU's loops over rows and heads are the digits of the thread's number. Nothing is stored: a
// score is computed again where its weight is wanted.
static __global__ void cached_attention_thread_per_row_kernel(float* y, const float* q,
                                                              const float* keys,
                                                              const float* values, CacheLayout s) {
    const Index t = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (t >= s.rows * s.heads) return;
    const Index kv_head = s.kv_head_of(t % s.heads);
    const CachedRow at = s.row[t / s.heads];
    const float* query = q + t * s.head_size;  // (D)
    const float* k = keys + s.key_row(at.slot, kv_head * s.head_size);
    const float* v = values + s.value_row(at.slot, 0) + kv_head * s.head_size;
    float* y_row = y + t * s.head_size;  // (D)
    // [exercise cached_attention_row]
    float largest = -INFINITY;
    for (Index j = 0; j < at.visible; ++j) largest = fmaxf(largest, score_of(query, k, j, s));
    float sum = 0;
    for (Index d = 0; d < s.head_size; ++d) y_row[d] = 0;
    for (Index j = 0; j < at.visible; ++j) {
        const float weight = expf(score_of(query, k, j, s) - largest);
        sum += weight;
        for (Index d = 0; d < s.head_size; ++d) y_row[d] += weight * v[j * s.width() + d];
    }
    for (Index d = 0; d < s.head_size; ++d) y_row[d] /= sum;
    // [/exercise cached_attention_row]
}
// [/cached_attention_device.thread_per_row]

// [cached_attention_device.warp_per_row]
static __global__ void cached_attention_warp_per_row_kernel(float* y, const float* q,
                                                            const float* keys, const float* values,
                                                            CacheLayout s) {
    const Index t = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / warp_size;
    if (t >= s.rows * s.heads) return;  // a whole warp
    const Index lane = threadIdx.x % warp_size, kv_head = s.kv_head_of(t % s.heads);
    const CachedRow at = s.row[t / s.heads];
    const float* k = keys + s.key_row(at.slot, kv_head * s.head_size);
    const float* v = values + s.value_row(at.slot, 0) + kv_head * s.head_size;
    OnlineSoftmax softmax;
    for (Index first = 0; first < at.visible; first += tile_keys) {
        const Index j = first + lane, left = at.visible - first;
        const bool sees = lane < left;
        const float weight =
            softmax.take(sees ? score_of(q + t * s.head_size, k, j, s) : -INFINITY);
        for (int key = 0; key < tile_keys && key < left; ++key) {
            const float of_key = __shfl_sync(all_lanes, weight, key);
            softmax.add(of_key, v + (first + key) * s.width(), s.head_size);
        }
    }
    softmax.write(y + t * s.head_size, s.head_size);
}
// [/cached_attention_device.warp_per_row]

// Queries of one run that a block of the grid takes, the first of them counted in (row, head of the
// group).
struct QueryTile {
    Index first_row, rows, first_query;
};

// [cached_attention_device.block_per_group]
// The queries of a run's rows, times the heads of a group, all look at the same keys. A block reads
// 32 of them into shared memory and lets its 8 warps, a query each, score them there. A warp behind
// the last query repeats that one and writes nothing: the block needs all threads to copy.
static __global__ void cached_attention_block_per_group_kernel(float* y, const float* q,
                                                               const float* keys,
                                                               const float* values,
                                                               const QueryTile* tiles,
                                                               CacheLayout s) {
    SIMT_DYNAMIC_SHARED(float, shared);  // (D, 32) keys, (32, D) values, (8, D) queries
    const QueryTile tile = tiles[blockIdx.x];
    const Index kv_head = blockIdx.y, group = s.heads / s.kv_heads, warp = threadIdx.x / warp_size;
    const Index lane = threadIdx.x % warp_size, last = tile.rows * group - 1;
    const Index own = tile.first_query + warp, end = tile.first_query + warps_per_block - 1;
    const Index query = own < last ? own : last;
    const Index n = tile.first_row + query / group, head = kv_head * group + query % group;
    // Rows of a run see the more the later they are
    const Index seen = s.row[tile.first_row + (end < last ? end : last) / group].visible;
    const CachedRow at = s.row[n];
    float* tile_k = shared;
    float* tile_v = tile_k + s.head_size * tile_keys;
    float* own_q = tile_v + s.head_size * tile_keys + warp * s.head_size;
    for (Index d = lane; d < s.head_size; d += warp_size) {
        own_q[d] = q[(n * s.heads + head) * s.head_size + d];
    }
    OnlineSoftmax softmax;
    for (Index first = 0; first < seen; first += tile_keys) {
        for (Index e = threadIdx.x; e < s.head_size * tile_keys; e += threads_per_block) {
            const Index d = e / tile_keys, key = first + e % tile_keys;  // keys lie across
            if (key < seen) {
                tile_k[e] = keys[s.key_row(at.slot, kv_head * s.head_size + d) + key];
            }
            const Index value = first + e / s.head_size,
                        c = kv_head * s.head_size + e % s.head_size;
            if (value < seen) tile_v[e] = values[s.value_row(at.slot, value) + c];
        }
        __syncthreads();  // the tiles are complete
        const Index left = at.visible - first;
        float score = -INFINITY;
        if (lane < left) {
            float sum = 0;
            for (Index d = 0; d < s.head_size; ++d) sum += own_q[d] * tile_k[d * tile_keys + lane];
            score = s.scale * sum;
        }
        const float weight = softmax.take(score);
        for (int key = 0; key < tile_keys && key < left; ++key) {
            const float of_key = __shfl_sync(all_lanes, weight, key);
            softmax.add(of_key, tile_v + key * s.head_size, s.head_size);
        }
        __syncthreads();  // nobody reads the tiles any more
    }
    if (own <= last) softmax.write(y + (n * s.heads + head) * s.head_size, s.head_size);
}
// [/cached_attention_device.block_per_group]

static CacheOnDevice checked(DeviceView<float> y, DeviceView<const float> q,
                             DeviceView<const float> keys, DeviceView<const float> values,
                             const CachedAttentionShape& s) {
    require_shape(q, y.rows, s.heads * s.head_size, "cached attention: q");
    require_shape(y, y.rows, q.cols, "cached attention: y");
    return {s, q.rows, keys, values};
}

static void require_small_heads(const CachedAttentionShape& s) {
    require(s.head_size <= largest_cached_head,
            "cached attention: expected heads of at most {}, got {}", largest_cached_head,
            s.head_size);
}

// Launches a kernel whose blocks take `per_block` pairs of a row and a head.
template <auto Kernel>
static void launch_rows(Index per_block, DeviceView<float> y, DeviceView<const float> q,
                        DeviceView<const float> keys, DeviceView<const float> values,
                        const CachedAttentionShape& shape) {
    const CacheOnDevice on_device = checked(y, q, keys, values, shape);
    if (y.size() == 0) return;
    simt::launch<Kernel>({blocks_for(y.rows * shape.heads, per_block), threads_per_block}, y.data,
                         q.data, keys.data, values.data, on_device.layout());
}

void cached_attention_forward_thread_per_row(DeviceView<float> y, DeviceView<const float> q,
                                             DeviceView<const float> keys,
                                             DeviceView<const float> values,
                                             const CachedAttentionShape& shape) {
    launch_rows<cached_attention_thread_per_row_kernel>(threads_per_block, y, q, keys, values,
                                                        shape);
}

void cached_attention_forward_warp_per_row(DeviceView<float> y, DeviceView<const float> q,
                                           DeviceView<const float> keys,
                                           DeviceView<const float> values,
                                           const CachedAttentionShape& shape) {
    require_small_heads(shape);
    launch_rows<cached_attention_warp_per_row_kernel>(warps_per_block, y, q, keys, values, shape);
}

static_assert(sizeof(QueryTile) == 3 * sizeof(Index));

// The queries of a run's rows, 8 at a time.
static void add_tiles(std::vector<QueryTile>& tiles, Index first_row, Index count, Index group) {
    for (Index first = 0; first < count * group; first += warps_per_block) {
        tiles.push_back({first_row, count, first});
    }
}

static void launch_tiles(DeviceView<float> y, DeviceView<const float> q,
                         DeviceView<const float> keys, DeviceView<const float> values,
                         const QueryTile* tiles, Index count, const CacheLayout& layout) {
    const dim3 grid(unsigned(count),
                    blocks_down(layout.kv_heads, 1, "cached attention: key/value heads"));
    // At D = 128: (2 * 32 + 8) * 128 * 4 = 36,864 bytes
    const std::size_t shared_bytes =
        std::size_t((2 * tile_keys + warps_per_block) * layout.head_size) * sizeof(float);
    simt::launch<cached_attention_block_per_group_kernel>({grid, threads_per_block, shared_bytes},
                                                          y.data, q.data, keys.data, values.data,
                                                          tiles, layout);
}

void cached_attention_forward_block_per_group(DeviceView<float> y, DeviceView<const float> q,
                                              DeviceView<const float> keys,
                                              DeviceView<const float> values,
                                              const CachedAttentionShape& shape) {
    const CacheOnDevice on_device = checked(y, q, keys, values, shape);
    require_small_heads(shape);
    if (y.size() == 0) return;
    std::vector<QueryTile> tiles;
    for (const CacheRun& run : shape.runs) {
        add_tiles(tiles, run.first_row, run.count, shape.heads / shape.kv_heads);
    }
    const DeviceBuffer<QueryTile> tiles_on_device(tiles);
    launch_tiles(y, q, keys, values, tiles_on_device.data(), tiles_on_device.size(),
                 on_device.layout());
}

void cached_attention_forward(DeviceView<float> y, DeviceView<const float> q,
                              DeviceView<const float> keys, DeviceView<const float> values,
                              const CachedAttentionShape& shape) {
    shape.head_size <= largest_cached_head
        ? cached_attention_forward_block_per_group(y, q, keys, values, shape)
        : cached_attention_forward_thread_per_row(y, q, keys, values, shape);
}

void cached_attention_forward(DeviceView<float> y, DeviceView<const float> q,
                              DeviceView<const float> keys, DeviceView<const float> values,
                              const CachedRowsOnDevice& s) {
    require_shape(q, y.rows, s.heads * s.head_size, "cached attention: q");
    require_shape(y, y.rows, q.cols, "cached attention: y");
    const CacheLayout layout = layout_of(s, y.rows, keys, values);
    if (y.size() == 0) return;
    if (s.head_size <= largest_cached_head) {
        launch_tiles(y, q, keys, values, reinterpret_cast<const QueryTile*>(s.tiles.data),
                     s.tiles.rows, layout);
        return;
    }
    simt::launch<cached_attention_thread_per_row_kernel>(
        {blocks_for(y.rows * s.heads, threads_per_block), threads_per_block}, y.data, q.data,
        keys.data, values.data, layout);
}

std::vector<Index> query_tiles(Index texts, Index count, Index group) {
    std::vector<QueryTile> tiles;
    for (Index b = 0; b < texts; ++b) add_tiles(tiles, b * count, count, group);
    std::vector<Index> numbers;
    for (const QueryTile& tile : tiles) {
        numbers.insert(numbers.end(), {tile.first_row, tile.rows, tile.first_query});
    }
    return numbers;
}

}  // namespace seed
