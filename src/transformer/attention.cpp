#include "transformer/attention.h"

#include <cmath>

#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {
namespace {

// The rows of one sequence and the columns of one head: (T, D), rows a whole matrix row apart.
template <class T>
auto head_of(HostView<T> x, const AttentionShape& s, Index b, Index head) {
    using Map = Eigen::Map<std::conditional_t<std::is_const_v<T>,
                                              const EigenMatrix<std::remove_const_t<T>>,
                                              EigenMatrix<T>>,
                           Eigen::Unaligned, Eigen::OuterStride<>>;
    return Map(x.row(b * s.positions) + head * s.head_size, s.positions, s.head_size,
               Eigen::OuterStride<>(x.cols));
}

template <class T>
HostView<T> probabilities_of(HostView<T> p, const AttentionShape& s, Index b, Index head) {
    return p.row_range((b * s.heads + head) * s.positions, s.positions);  // (T, T)
}

void check(const AttentionShape& s, Index rows, Index q_cols, Index k_cols) {
    require(s.kv_heads >= 1 && s.heads % s.kv_heads == 0,
            "attention: expected heads in whole groups, got {} over {}", s.heads, s.kv_heads);
    require(rows == s.batch * s.positions && q_cols == s.heads * s.head_size &&
                k_cols == s.kv_heads * s.head_size && Index(s.lengths.size()) == s.batch,
            "attention: shapes do not fit: {} rows, {} and {} columns, {} lengths", rows, q_cols,
            k_cols, s.lengths.size());
    for (std::int32_t length : s.lengths) {
        require(length >= 1 && length <= s.positions,
                "attention: expected lengths in 1 ... {}, got {}", s.positions, length);
    }
}

// [attention.softmax]
// Softmax of every row over its visible prefix; the rest of the row becomes 0.
template <class T>
void masked_softmax(HostView<T> scores, const AttentionMask& mask, Index length) {
    // A row of its own: which elements exp() takes singly must not depend on where it stands
    Eigen::Array<T, 1, Eigen::Dynamic> seen;
    for (Index i = 0; i < scores.rows; ++i) {
        const Index visible = mask.visible(i, length);
        auto row = eigen(scores).row(i).array();
        seen = row.head(visible);
        seen = (seen - seen.maxCoeff()).exp();
        row.head(visible) = seen * (T(1) / seen.sum());
        row.tail(scores.cols - visible) = T(0);
    }
}
// [/attention.softmax]

}  // namespace

// [attention.forward]
template <class T>
void attention_forward(HostView<T> y, Out<T> probabilities, In<T> q, In<T> k, In<T> v,
                       const AttentionShape& s) {
    check(s, q.rows, q.cols, k.cols);
    require_shape(probabilities, s.batch * s.heads * s.positions, s.positions, "attention: P");
    const T scale = T(1) / std::sqrt(T(s.head_size));
    parallel_for(s.batch * s.heads, [&](Index task) {
        const Index b = task / s.heads, head = task % s.heads;
        const Index kv_head = head / (s.heads / s.kv_heads);
        const HostView<T> p = probabilities_of(probabilities, s, b, head);  // (T, T)
        const auto q_bh = head_of(q, s, b, head);                           // (T, D)
        eigen(p).noalias() = (scale * q_bh) * head_of(k, s, b, kv_head).transpose();
        masked_softmax(p, s.mask, s.lengths[b]);
        head_of(y, s, b, head).noalias() = eigen(p) * head_of(v, s, b, kv_head);  // (T, D)
    });
}
// [/attention.forward]

// [attention.backward]
// One task per key/value head: the query heads of its group all add to the same dk and dv.
template <class T>
void attention_backward(HostView<T> dq, Out<T> dk, Out<T> dv, In<T> dy, In<T> probabilities,
                        In<T> q, In<T> k, In<T> v, const AttentionShape& s) {
    check(s, q.rows, q.cols, k.cols);
    const T scale = T(1) / std::sqrt(T(s.head_size));
    parallel_for(s.batch * s.kv_heads, [&](Index task) {
        const Index b = task / s.kv_heads, kv_head = task % s.kv_heads;
        const Index group = s.heads / s.kv_heads;
        EigenMatrix<T> ds(s.positions, s.positions);  // (T, T)
        for (Index head = kv_head * group; head < (kv_head + 1) * group; ++head) {
            // [exercise attention_backward]
            const auto p = eigen(probabilities_of(probabilities, s, b, head));  // (T, T)
            const auto dy_bh = head_of(dy, s, b, head);                         // (T, D)
            head_of(dv, s, b, kv_head).noalias() += p.transpose() * dy_bh;
            ds.noalias() = (scale * dy_bh) * head_of(v, s, b, kv_head).transpose();
            for (Index i = 0; i < s.positions; ++i) {
                auto row = ds.row(i).array();
                row = p.row(i).array() * (row - p.row(i).dot(ds.row(i)));
            }
            head_of(dq, s, b, head).noalias() += ds * head_of(k, s, b, kv_head);
            head_of(dk, s, b, kv_head).noalias() += ds.transpose() * head_of(q, s, b, head);
            // [/exercise attention_backward]
        }
    });
}
// [/attention.backward]

#define SEED_INSTANTIATE(T)                                                              \
    template void attention_forward(HostView<T>, Out<T>, In<T>, In<T>, In<T>,            \
                                    const AttentionShape&);                              \
    template void attention_backward(HostView<T>, Out<T>, Out<T>, In<T>, In<T>, In<T>, In<T>, \
                                     In<T>, const AttentionShape&);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
