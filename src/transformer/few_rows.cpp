#include "transformer/few_rows.h"

#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {
namespace {

constexpr Index rows_in_cache = 64;             // of x, for as long as W passes by
constexpr Index work_of_task = Index{1} << 17;  // multiply-adds that pay for a thread
constexpr int tile = 4;                         // rows of x, and of W, whose sums are in registers

// [few_rows.tile]
// y (R, O), rows `y_step` apart, of R rows of x and O rows of W, each of I numbers. A sum has as
// many parts as a vector register has numbers; they are added up at the end.
template <int R, int O, class T>
void dot_products(T* y, Index y_step, const T* x, const T* w, Index I) {
    constexpr int lanes = 32 / sizeof(T);
    using Vector = Eigen::Array<T, lanes, 1>;
    Vector sums[R][O];
    for (auto& of_row : sums) {
        for (Vector& sum : of_row) sum.setZero();
    }
    const Index whole = I / lanes * lanes;
    for (Index i = 0; i < whole; i += lanes) {
        Vector of_w[O];
#pragma GCC unroll 4
        for (int o = 0; o < O; ++o) of_w[o] = Eigen::Map<const Vector>(w + o * I + i);
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r) {
            const Vector of_x = Eigen::Map<const Vector>(x + r * I + i);
#pragma GCC unroll 4
            for (int o = 0; o < O; ++o) sums[r][o] += of_x * of_w[o];
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
        for (int o = 0; o < O; ++o) {
            T sum = sums[r][o].sum();
            for (Index i = whole; i < I; ++i) sum += x[r * I + i] * w[o * I + i];
            y[r * y_step + o] = sum;
        }
    }
}
// [/few_rows.tile]

// N rows of x with four rows of W.
template <class T>
void with_rows_of_weight(T* y, Index y_step, const T* x, const T* w, Index N, Index I) {
    for (; N >= tile; N -= tile, x += tile * I, y += tile * y_step) {
        dot_products<tile, tile>(y, y_step, x, w, I);
    }
    if (N == 3) dot_products<3, tile>(y, y_step, x, w, I);
    if (N == 2) dot_products<2, tile>(y, y_step, x, w, I);
    if (N == 1) dot_products<1, tile>(y, y_step, x, w, I);
}

}  // namespace

// [few_rows.product]
template <class T>
void matmul_few_rows(HostView<T> y, In<T> x, In<T> weight) {
    require_shape(x, y.rows, weight.cols, "matmul_few_rows: x");
    require_shape(weight, y.cols, x.cols, "matmul_few_rows: weight");
    const Index I = x.cols, O = y.cols;
    for (Index first = 0; first < y.rows; first += rows_in_cache) {
        const Index n = std::min(rows_in_cache, y.rows - first);
        const Index columns = std::max<Index>(tile, work_of_task / (n * I + 1) / tile * tile);
        const Index tasks = std::max<Index>(1, O / columns);  // the last one takes the rest, too
        parallel_for(tasks, [&](Index task) {
            const Index begin = task * columns, end = task + 1 < tasks ? begin + columns : O;
            for (Index o = begin; o < end; o += tile) {
                // What is left at the end is done with its neighbours, once more
                const Index at = std::max(begin, std::min(o, end - tile));
                if (end - at >= tile) {
                    with_rows_of_weight(y.row(first) + at, O, x.row(first), weight.row(at), n, I);
                    continue;
                }
                for (Index r = first; r < first + n; ++r) {  // fewer than four columns in all
                    for (Index c = at; c < end; ++c) {
                        dot_products<1, 1>(y.row(r) + c, O, x.row(r), weight.row(c), I);
                    }
                }
            }
        });
    }
}
// [/few_rows.product]

#define SEED_INSTANTIATE(T) template void matmul_few_rows(HostView<T>, In<T>, In<T>);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
