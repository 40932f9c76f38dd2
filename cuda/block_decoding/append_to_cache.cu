#include "block_decoding/cache_layout.cuh"
#include "simt/simt.h"

namespace seed {

static constexpr int threads_per_block = 128;
static constexpr int tile = 32;       // rows and columns of a tile
static constexpr int tile_lines = 8;  // that a block moves at a time: 32 * 8 = 256 threads

// [append_to_cache.thread_per_element]
// Neighbouring threads have neighbouring numbers of one token. The values want them so; the keys
// of those numbers are `columns` floats apart.
static __global__ void append_thread_per_element_kernel(float* keys, float* values, const float* k,
                                                        const float* v, CacheLayout s) {
    const Index e = Index(blockIdx.x) * blockDim.x + threadIdx.x, width = s.width();
    if (e >= s.rows * width) return;
    const Index n = e / width, c = e % width;
    const CachedRow at = s.row[n];
    values[s.value_row(at.slot, at.position) + c] = v[e];
    keys[s.key_row(at.slot, c) + at.position] = k[e];
}
// [/append_to_cache.thread_per_element]

// [append_to_cache.tile_transposed]
// A block takes 32 tokens and 32 of their numbers. It reads k along the numbers and writes it along
// the tokens: those of a run stand side by side in the cache. A line of the tile is 33 long, so
// that the 32 lanes that read a column of it find it in 32 different banks.
static __global__ void append_tile_transposed_kernel(float* keys, float* values, const float* k,
                                                     const float* v, CacheLayout s) {
    SIMT_SHARED(float, turned, [tile][tile + 1]);
    const Index first_row = Index(blockIdx.x) * tile, first_column = Index(blockIdx.y) * tile;
    const Index width = s.width();
    // [exercise append_transposed]
    for (int line = threadIdx.y; line < tile; line += tile_lines) {
        const Index n = first_row + line, c = first_column + threadIdx.x;
        if (n >= s.rows || c >= width) continue;
        const CachedRow at = s.row[n];
        values[s.value_row(at.slot, at.position) + c] = v[n * width + c];
        turned[line][threadIdx.x] = k[n * width + c];
    }
    __syncthreads();  // the tile is complete
    for (int line = threadIdx.y; line < tile; line += tile_lines) {
        const Index n = first_row + threadIdx.x, c = first_column + line;
        if (n >= s.rows || c >= width) continue;
        const CachedRow at = s.row[n];
        keys[s.key_row(at.slot, c) + at.position] = turned[threadIdx.x][line];
    }
    // [/exercise append_transposed]
}
// [/append_to_cache.tile_transposed]

static CacheOnDevice checked(DeviceView<float> keys, DeviceView<float> values,
                             DeviceView<const float> k, DeviceView<const float> v,
                             const CachedAttentionShape& shape) {
    require_shape(v, k.rows, k.cols, "append to cache: v");
    require_shape(k, k.rows, values.cols, "append to cache: k");
    return {shape, k.rows, keys, values};
}

void append_to_cache_thread_per_element(DeviceView<float> keys, DeviceView<float> values,
                                        DeviceView<const float> k, DeviceView<const float> v,
                                        const CachedAttentionShape& shape) {
    const CacheOnDevice on_device = checked(keys, values, k, v, shape);
    if (k.size() == 0) return;
    simt::launch<append_thread_per_element_kernel>(
        {blocks_for(k.size(), threads_per_block), threads_per_block}, keys.data, values.data,
        k.data, v.data, on_device.layout());
}

static void launch_tiles(DeviceView<float> keys, DeviceView<float> values,
                         DeviceView<const float> k, DeviceView<const float> v,
                         const CacheLayout& layout) {
    const dim3 grid(blocks_for(k.rows, tile),
                    blocks_down(k.cols, tile, "append to cache: columns"));
    simt::launch<append_tile_transposed_kernel>({grid, dim3(tile, tile_lines)}, keys.data,
                                                values.data, k.data, v.data, layout);
}

void append_to_cache_tile_transposed(DeviceView<float> keys, DeviceView<float> values,
                                     DeviceView<const float> k, DeviceView<const float> v,
                                     const CachedAttentionShape& shape) {
    const CacheOnDevice on_device = checked(keys, values, k, v, shape);
    if (k.size() > 0) launch_tiles(keys, values, k, v, on_device.layout());
}

void append_to_cache(DeviceView<float> keys, DeviceView<float> values, DeviceView<const float> k,
                     DeviceView<const float> v, const CachedAttentionShape& shape) {
    append_to_cache_tile_transposed(keys, values, k, v, shape);
}

void append_to_cache(DeviceView<float> keys, DeviceView<float> values, DeviceView<const float> k,
                     DeviceView<const float> v, const CachedRowsOnDevice& rows) {
    require_shape(v, k.rows, k.cols, "append to cache: v");
    require_shape(k, k.rows, values.cols, "append to cache: k");
    const CacheLayout layout = layout_of(rows, k.rows, keys, values);
    if (k.size() > 0) launch_tiles(keys, values, k, v, layout);
}

}  // namespace seed
