// What every kernel needs to know of the cache and of the rows of a call.
#pragma once

#include "block_decoding/cached_attention_device.h"
#include "core/grid.h"
#include "simt/simt.h"

namespace seed {

// [cache_layout.row]
// A row of the batch: whose it is, where it stands in its text, and how many keys it sees.
struct CachedRow {
    Index slot, position, visible;
};
// [/cache_layout.row]

// CachedAttentionShape as a kernel's argument.
struct CacheLayout {
    Index rows, heads, kv_heads, head_size, positions, columns;
    float scale;           // 1 / sqrt(D)
    const CachedRow* row;  // (N), on the device

    __device__ Index width() const { return kv_heads * head_size; }  // K * D

    // Where the keys of number c of K * D begin, and the values of a position.
    __device__ Index key_row(Index slot, Index c) const { return (slot * width() + c) * columns; }
    __device__ Index value_row(Index slot, Index position) const {
        return (slot * positions + position) * width();
    }
    __device__ Index kv_head_of(Index head) const { return head / (heads / kv_heads); }
};

// Three numbers each, as CachedRowsOnDevice has them.
static_assert(sizeof(CachedRow) == 3 * sizeof(Index));

inline CacheLayout layout_of(const CachedRowsOnDevice& s, Index rows, DeviceView<const float> keys,
                             DeviceView<const float> values) {
    require_shape(s.rows, rows, 3, "cached rows: rows");
    require_shape(values, values.rows, s.kv_heads * s.head_size, "cached rows: values");
    require_shape(keys, keys.rows, key_columns(s.positions), "cached rows: keys");
    return {rows,
            s.heads,
            s.kv_heads,
            s.head_size,
            s.positions,
            key_columns(s.positions),
            1 / std::sqrt(float(s.head_size)),
            reinterpret_cast<const CachedRow*>(s.rows.data)};
}

// The rows on the device for as long as a launcher runs. Throws Error where the shape does not fit
// the arrays.
class CacheOnDevice {
public:
    CacheOnDevice(const CachedAttentionShape& s, Index rows, DeviceView<const float> keys,
                  DeviceView<const float> values)
        : rows_(checked_rows(s, rows, keys, values)),
          layout_{rows,
                  s.heads,
                  s.kv_heads,
                  s.head_size,
                  s.positions,
                  key_columns(s.positions),
                  1 / std::sqrt(float(s.head_size)),
                  rows_.data()} {}

    const CacheLayout& layout() const { return layout_; }

private:
    static std::vector<CachedRow> checked_rows(const CachedAttentionShape& s, Index rows,
                                               DeviceView<const float> keys,
                                               DeviceView<const float> values) {
        check_cached_attention(s, rows, keys.rows, keys.cols, values.rows, values.cols);
        std::vector<CachedRow> all;
        for (const CacheRun& run : s.runs) {
            for (Index p = run.begin; p < run.begin + run.count; ++p) {
                all.push_back({run.slot, p, run.visible(p, s.block)});
            }
        }
        return all;
    }

    DeviceBuffer<CachedRow> rows_;
    CacheLayout layout_;
};

}  // namespace seed
