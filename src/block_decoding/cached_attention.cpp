#include "block_decoding/cached_attention.h"

#include <cmath>

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
constexpr Index row_alignment = 16;  // numbers: every row of scores begins where the first may

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

void check(const CachedAttentionShape& s, Index rows, Index q_cols, Index cache_rows,
           Index cache_cols) {
    require(s.kv_heads >= 1 && s.heads % s.kv_heads == 0 && s.block >= 1,
            "cached attention: expected heads in whole groups and a block, got {} over {}, {}",
            s.heads, s.kv_heads, s.block);
    require(q_cols == s.heads * s.head_size && cache_cols == s.kv_heads * s.head_size,
            "cached attention: shapes do not fit: {} and {} columns", q_cols, cache_cols);
    Index counted = 0;
    for (const CacheRun& run : s.runs) {
        require(run.first_row == counted && run.count >= 1 && run.begin >= 0 && run.slot >= 0 &&
                    run.begin + run.count <= s.positions &&
                    (run.slot + 1) * s.positions <= cache_rows,
                "cached attention: expected runs within the cache, got {} rows of text {} at {}",
                run.count, run.slot, run.begin);
        counted += run.count;
    }
    require(counted == rows, "cached attention: expected runs of {} rows, got {}", rows, counted);
}

// `rows` rows of one head, from `first` on: (rows, D), whole matrix rows apart.
template <class T>
auto head_of(HostView<T> x, Index first, Index rows, Index head, Index head_size) {
    using Map =
        Eigen::Map<std::conditional_t<std::is_const_v<T>, const EigenMatrix<std::remove_const_t<T>>,
                                      EigenMatrix<T>>,
                   Eigen::Unaligned, Eigen::OuterStride<>>;
    return Map(x.row(first) + head * head_size, rows, head_size, Eigen::OuterStride<>(x.cols));
}

// [cached_attention.softmax]
// Softmax of every row over the keys that it sees; the rest of the row becomes 0.
template <class T>
void softmax_of_visible(EigenMatrix<T>& scores, Index keys, const CacheRun& run, Index block) {
    for (Index i = 0; i < run.count; ++i) {
        const Index visible = run.visible(run.begin + i, block);
        auto row = scores.row(i).array();
        auto seen = row.head(visible);
        seen = (seen - seen.maxCoeff()).exp();
        seen *= T(1) / seen.sum();
        row.segment(visible, keys - visible) = T(0);
    }
}
// [/cached_attention.softmax]

}  // namespace

template <class T>
void scatter_rows(HostView<T> y, In<T> x, std::span<const Index> rows) {
    require(x.cols == y.cols && Index(rows.size()) == x.rows,
            "scatter_rows: expected {} rows of {} columns, got {} and {}", x.rows, y.cols,
            rows.size(), x.cols);
    for (std::size_t n = 0; n < rows.size(); ++n) {
        require(rows[n] >= 0 && rows[n] < y.rows, "scatter_rows: expected rows in [0, {}), got {}",
                y.rows, rows[n]);
        std::copy_n(x.row(Index(n)), x.cols, y.row(rows[n]));
    }
}

// [cached_attention.forward]
template <class T>
void cached_attention_forward(HostView<T> y, In<T> q, In<T> keys, In<T> values,
                              const CachedAttentionShape& s) {
    require_shape(q, y.rows, y.cols, "cached attention: q");
    require_shape(values, keys.rows, keys.cols, "cached attention: values");
    check(s, q.rows, q.cols, keys.rows, keys.cols);
    const T scale = T(1) / std::sqrt(T(s.head_size));
    const std::vector<HeadTask> tasks = head_tasks(s);
    parallel_for(Index(tasks.size()), [&](Index t) {
        const CacheRun& run = *tasks[std::size_t(t)].run;
        const Index n = run.count, seen = run.begin + n, first_key = run.slot * s.positions;
        const Index stride = (seen + row_alignment - 1) / row_alignment * row_alignment;
        EigenMatrix<T> scores(n, stride);
        auto p = scores.leftCols(seen);  // (n, seen)
        for (Index i = 0; i < tasks[std::size_t(t)].heads; ++i) {
            const Index head = tasks[std::size_t(t)].first_head + i;
            const Index kv_head = head / (s.heads / s.kv_heads);
            const auto k = head_of(keys, first_key, seen, kv_head, s.head_size);    // (seen, D)
            const auto v = head_of(values, first_key, seen, kv_head, s.head_size);  // (seen, D)
            p.noalias() = (scale * head_of(q, run.first_row, n, head, s.head_size)) * k.transpose();
            softmax_of_visible<T>(scores, seen, run, s.block);
            head_of(y, run.first_row, n, head, s.head_size).noalias() = p * v;
        }
    });
}
// [/cached_attention.forward]

#define SEED_INSTANTIATE(T)                                                  \
    template void scatter_rows(HostView<T>, In<T>, std::span<const Index>);  \
    template void cached_attention_forward(HostView<T>, In<T>, In<T>, In<T>, \
                                           const CachedAttentionShape&);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
