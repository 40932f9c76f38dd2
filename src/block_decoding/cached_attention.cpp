#include "block_decoding/cached_attention.h"

#include <cmath>
#include <limits>

#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {

// Some heads of one run.
struct HeadTask {
    const CacheRun* run;
    Index first_head, heads;
};

namespace {

// Multiply-adds that pay for a task. Few rows over a short text are one task, without threads.
constexpr Index work_per_task = 1 << 17;
constexpr Index few_rows = 8;

std::vector<HeadTask> head_tasks(const CachedAttentionShape& s) {
    std::vector<HeadTask> tasks;
    for (const CacheRun& run : s.runs) {
        const Index work_per_head = 2 * run.count * (run.begin + run.count) * s.head_size;
        const Index at_once = std::clamp(work_per_task / work_per_head, Index{1}, s.heads);
        for (Index head = 0; head < s.heads; head += at_once) {
            tasks.push_back({&run, head, std::min(at_once, s.heads - head)});
        }
    }
    return tasks;
}

// `rows` rows and `cols` columns of x from (first, left) on.
template <class T>
auto part_of(HostView<T> x, Index first, Index left, Index rows, Index cols) {
    using Map =
        Eigen::Map<std::conditional_t<std::is_const_v<T>, const EigenMatrix<std::remove_const_t<T>>,
                                      EigenMatrix<T>>,
                   Eigen::Unaligned, Eigen::OuterStride<>>;
    return Map(x.row(first) + left, rows, cols, Eigen::OuterStride<>(x.cols));
}

// [cached_attention.softmax]
// Makes of every row exp(score - largest) over the keys that it sees, and 0 over the rest. Returns
// what the rows add up to: y is divided by it, which is shorter than a row of scores.
template <class T>
Eigen::Array<T, Eigen::Dynamic, 1> softmax_of_visible(EigenMatrix<T>& scores, const CacheRun& run,
                                                      Index block) {
    Eigen::Array<T, Eigen::Dynamic, 1> sums(run.count);
    for (Index i = 0; i < run.count; ++i) {
        const Index unseen = scores.cols() - run.visible(run.begin + i, block);
        auto row = scores.row(i).array();
        row.tail(unseen) = std::numeric_limits<T>::lowest();
        row = (row - row.maxCoeff()).exp();
        row.tail(unseen) = T(0);
        sums[i] = row.sum();
    }
    return sums;
}
// [/cached_attention.softmax]

}  // namespace

void check_cached_attention(const CachedAttentionShape& s, Index rows, Index key_rows,
                            Index key_cols, Index value_rows, Index value_cols) {
    require(s.kv_heads >= 1 && s.heads % s.kv_heads == 0 && s.block >= 1,
            "cached attention: expected heads in whole groups and a block, got {} over {}, {}",
            s.heads, s.kv_heads, s.block);
    const Index width = s.kv_heads * s.head_size, texts = value_rows / s.positions;
    require(
        value_cols == width && key_rows == texts * width && key_cols == key_columns(s.positions),
        "cached attention: expected a cache of {} texts, got keys ({}, {}), values ({}, {})", texts,
        key_rows, key_cols, value_rows, value_cols);
    Index counted = 0;
    for (const CacheRun& run : s.runs) {
        require(run.first_row == counted && run.count >= 1 && run.begin >= 0 && run.slot >= 0 &&
                    run.begin + run.count <= s.positions && run.slot < texts,
                "cached attention: expected runs within the cache, got {} rows of text {} at {}",
                run.count, run.slot, run.begin);
        counted += run.count;
    }
    require(counted == rows, "cached attention: expected runs of {} rows, got {}", rows, counted);
}

// [cached_attention.append]
template <class T>
void append_to_cache(HostView<T> keys, Out<T> values, In<T> k, In<T> v,
                     const CachedAttentionShape& s) {
    require_shape(v, k.rows, k.cols, "append to cache: v");
    require_shape(k, k.rows, values.cols, "append to cache: k");
    check_cached_attention(s, k.rows, keys.rows, keys.cols, values.rows, values.cols);
    // [exercise append_to_cache]
    for (const CacheRun& run : s.runs) {
        for (Index i = 0; i < run.count; ++i) {
            const Index row = run.first_row + i, position = run.begin + i;
            std::copy_n(v.row(row), v.cols, values.row(run.slot * s.positions + position));
            for (Index c = 0; c < k.cols; ++c) keys(run.slot * k.cols + c, position) = k(row, c);
        }
    }
    // [/exercise append_to_cache]
}
// [/cached_attention.append]

// [cached_attention.forward]
template <class T>
void cached_attention_forward(HostView<T> y, In<T> q, In<T> keys, In<T> values,
                              const CachedAttentionShape& s) {
    require_shape(q, y.rows, s.heads * s.head_size, "cached attention: q");
    require_shape(y, y.rows, q.cols, "cached attention: y");
    check_cached_attention(s, q.rows, keys.rows, keys.cols, values.rows, values.cols);
    const Index d = s.head_size;
    const T scale = T(1) / std::sqrt(T(d));
    const std::vector<HeadTask> tasks = head_tasks(s);
    parallel_for(Index(tasks.size()), [&](Index t) {
        const auto [run, first_head, head_count] = tasks[std::size_t(t)];
        const Index n = run->count, seen = run->begin + n;
        const Index width = (seen + 15) / 16 * 16;  // whole vectors: what lies behind is not seen
        EigenMatrix<T> q_head(n, d), scores(n, width), y_head(n, d);
        for (Index head = first_head; head < first_head + head_count; ++head) {
            const Index kv_head = head / (s.heads / s.kv_heads);
            const auto k = part_of(keys, (run->slot * s.kv_heads + kv_head) * d, 0, d, width);
            const auto v = part_of(values, run->slot * s.positions, kv_head * d, seen, d);
            q_head = scale * part_of(q, run->first_row, head * d, n, d);
            // Few rows are not worth Eigen's copies of the other factor
            scores.noalias() = q_head.lazyProduct(k);  // (n, width)
            const auto sums = softmax_of_visible(scores, *run, s.block);
            if (n < few_rows) {
                y_head.noalias() = scores.leftCols(seen).lazyProduct(v);  // (n, D)
            } else {
                y_head.noalias() = scores.leftCols(seen) * v;
            }
            y_head.array().colwise() /= sums;
            part_of(y, run->first_row, head * d, n, d) = y_head;
        }
    });
}
// [/cached_attention.forward]

#define SEED_INSTANTIATE(T)                                                                        \
    template void append_to_cache(HostView<T>, Out<T>, In<T>, In<T>, const CachedAttentionShape&); \
    template void cached_attention_forward(HostView<T>, In<T>, In<T>, In<T>,                       \
                                           const CachedAttentionShape&);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
