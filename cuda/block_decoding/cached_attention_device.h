// Attention over a KV cache on the device: formulas, shapes and layout as in
// block_decoding/cached_attention.h. That keys lie across serves a GPU as it serves a CPU: 32 lanes
// that take 32 keys of a head find number d of all of them side by side.
#pragma once

#include "block_decoding/cached_attention.h"
#include "core/device_array.h"

namespace seed {

// As on the host. Throw Error where shapes do not fit.
void append_to_cache(DeviceView<float> keys, DeviceView<float> values, DeviceView<const float> k,
                     DeviceView<const float> v, const CachedAttentionShape& shape);

void cached_attention_forward(DeviceView<float> y, DeviceView<const float> q,
                              DeviceView<const float> keys, DeviceView<const float> values,
                              const CachedAttentionShape& shape);

// The same over rows that a kernel has laid out on the device, where nobody checks them: a step of
// fixed shape (fixed_step.h). `rows` (N, 3) says of each whose it is, where it stands and how many
// keys it sees; `count` rows of a text follow each other and see the more the later they are.
// `tiles` (?, 3) are those of block_per_group, from query_tiles.
struct CachedRowsOnDevice {
    Index heads = 0, kv_heads = 0, head_size = 0, positions = 0;  // H, K, D, T
    DeviceView<const Index> rows, tiles;
};
void append_to_cache(DeviceView<float> keys, DeviceView<float> values, DeviceView<const float> k,
                     DeviceView<const float> v, const CachedRowsOnDevice& rows);
void cached_attention_forward(DeviceView<float> y, DeviceView<const float> q,
                              DeviceView<const float> keys, DeviceView<const float> values,
                              const CachedRowsOnDevice& rows);

// For texts of `count` rows each and `group` = H / K heads to a key/value head: first row, count
// and first query of every tile of 8, text by text.
std::vector<Index> query_tiles(Index texts, Index count, Index group);

// The ladder of the first. It uses the last.
//   thread_per_element  one thread per number of k: neighbours write to keys far apart
//   tile_transposed     32 x 32 numbers turn round in shared memory: neighbours write side by side
void append_to_cache_thread_per_element(DeviceView<float> keys, DeviceView<float> values,
                                        DeviceView<const float> k, DeviceView<const float> v,
                                        const CachedAttentionShape& shape);
void append_to_cache_tile_transposed(DeviceView<float> keys, DeviceView<float> values,
                                     DeviceView<const float> k, DeviceView<const float> v,
                                     const CachedAttentionShape& shape);

// The ladder of the second. It uses block_per_group for heads of at most 128, else thread_per_row.
//   thread_per_row   one thread per row and head, key after key
//   warp_per_row     a warp per row and head: a lane takes a key, then a number of the values
//   block_per_group  a block takes 8 queries that share a key/value head, and reads that head's
//                    keys and values once for all of them: b rows times H / K heads do share one
// The last two take heads of at most 128 and throw Error for larger ones.
void cached_attention_forward_thread_per_row(DeviceView<float> y, DeviceView<const float> q,
                                             DeviceView<const float> keys,
                                             DeviceView<const float> values,
                                             const CachedAttentionShape& shape);
void cached_attention_forward_warp_per_row(DeviceView<float> y, DeviceView<const float> q,
                                           DeviceView<const float> keys,
                                           DeviceView<const float> values,
                                           const CachedAttentionShape& shape);
void cached_attention_forward_block_per_group(DeviceView<float> y, DeviceView<const float> q,
                                              DeviceView<const float> keys,
                                              DeviceView<const float> values,
                                              const CachedAttentionShape& shape);

}  // namespace seed
