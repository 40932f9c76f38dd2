// What every attention kernel needs to know of the shape, and the launchers' checks.
#pragma once

#include "core/device_array.h"
#include "core/grid.h"
#include "simt/simt.h"
#include "transformer/attention.h"

namespace seed {

// AttentionShape as a kernel's argument.
struct AttentionLayout {
    Index batch, positions, heads, kv_heads, head_size, block;
    const std::int32_t* lengths;  // (B), on the device
    float scale;                  // 1 / sqrt(D)

    // [attention_layout.visible]
    // The query at position i of sequence b sees the keys 0 ... visible - 1.
    __device__ Index visible(Index b, Index i) const {
        const Index length = lengths[b];
        if (block == 0) return length;
        const Index end = (i / block + 1) * block;
        return end < length ? end : length;
    }
    // [/attention_layout.visible]

    // Offset of a head's D numbers in q, y (N, H * D) and in k, v (N, K * D).
    __device__ Index query(Index b, Index i, Index head) const {
        return ((b * positions + i) * heads + head) * head_size;
    }
    __device__ Index key(Index b, Index j, Index kv_head) const {
        return ((b * positions + j) * kv_heads + kv_head) * head_size;
    }
    // Row of P (B * H * T, T) and of lse (B * H * T, 1).
    __device__ Index row(Index b, Index i, Index head) const {
        return (b * heads + head) * positions + i;
    }
    __device__ Index kv_head_of(Index head) const { return head / (heads / kv_heads); }
    __host__ __device__ Index rows() const { return batch * heads * positions; }
    __host__ __device__ Index keys() const { return batch * kv_heads * positions; }
};

__device__ inline float dot(const float* a, const float* b, Index size) {
    float sum = 0;
    for (Index i = 0; i < size; ++i) sum += a[i] * b[i];
    return sum;
}

// The lengths on the device for as long as a launcher runs. Throws Error where the shape does not
// fit the arrays.
class AttentionOnDevice {
public:
    AttentionOnDevice(const AttentionShape& s, DeviceView<const float> q, DeviceView<const float> k,
                      DeviceView<const float> v)
        : lengths_(checked_lengths(s, q, k, v)),
          layout_{s.batch,     s.positions,  s.heads,         s.kv_heads,
                  s.head_size, s.mask.block, lengths_.data(), 1 / std::sqrt(float(s.head_size))} {}

    const AttentionLayout& layout() const { return layout_; }

private:
    static std::span<const std::int32_t> checked_lengths(const AttentionShape& s,
                                                         DeviceView<const float> q,
                                                         DeviceView<const float> k,
                                                         DeviceView<const float> v) {
        require(s.kv_heads >= 1 && s.heads % s.kv_heads == 0,
                "attention: expected heads in whole groups, got {} over {}", s.heads, s.kv_heads);
        require(q.rows == s.batch * s.positions && q.cols == s.heads * s.head_size &&
                    k.cols == s.kv_heads * s.head_size && Index(s.lengths.size()) == s.batch,
                "attention: shapes do not fit: {} rows, {} and {} columns, {} lengths", q.rows,
                q.cols, k.cols, s.lengths.size());
        require_shape(k, q.rows, k.cols, "attention: k");
        require_shape(v, q.rows, k.cols, "attention: v");
        for (std::int32_t length : s.lengths) {
            require(length >= 1 && length <= s.positions,
                    "attention: expected lengths in 1 ... {}, got {}", s.positions, length);
        }
        return s.lengths;
    }

    DeviceBuffer<std::int32_t> lengths_;
    AttentionLayout layout_;
};

inline void require_attention_outputs(const AttentionLayout& s, DeviceView<float> y,
                                      DeviceView<float> probabilities, DeviceView<const float> q) {
    require_shape(y, q.rows, q.cols, "attention_forward: y");
    require_shape(probabilities, s.rows(), s.positions, "attention: P");
}

// The grid's y has a place for each head of each sequence
inline unsigned blocks_for_heads(Index heads) {
    return blocks_down(heads, 1, "attention: heads of all sequences");
}

inline void require_attention_gradients(DeviceView<float> dq, DeviceView<float> dk,
                                        DeviceView<float> dv, DeviceView<const float> dy,
                                        DeviceView<const float> q, DeviceView<const float> k) {
    require_shape(dq, q.rows, q.cols, "attention_backward: dq");
    require_shape(dk, k.rows, k.cols, "attention_backward: dk");
    require_shape(dv, k.rows, k.cols, "attention_backward: dv");
    require_shape(dy, q.rows, q.cols, "attention_backward: dy");
}

}  // namespace seed
