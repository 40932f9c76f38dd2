#include "transformer/matmul.h"

#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {
namespace {
constexpr Index weight_rows_per_task = 64;
constexpr Index rows_at_once = 4;  // in Eigen's product; fewer are summed up in another order
}

// [matmul.forward]
template <class T>
void matmul_forward(HostView<T> y, In<T> x, In<T> weight) {
    require_shape(x, y.rows, weight.cols, "matmul_forward: x");
    require_shape(weight, y.cols, x.cols, "matmul_forward: weight");
    parallel_rows(y.rows, rows_per_task, [&](Index begin, Index count) {
        const Index rest = count % rows_at_once, whole = count - rest;
        eigen(y.row_range(begin, whole)).noalias() =
            eigen(x.row_range(begin, whole)) * eigen(weight).transpose();  // (n, O)
        if (rest == 0) return;
        // Fill up the last rows to four: a row's bits do not depend on how many there are
        EigenMatrix<T> four = EigenMatrix<T>::Zero(rows_at_once, x.cols);
        four.topRows(rest) = eigen(x.row_range(begin + whole, rest));
        const EigenMatrix<T> product = four * eigen(weight).transpose();  // (4, O)
        eigen(y.row_range(begin + whole, rest)) = product.topRows(rest);
    });
}
// [/matmul.forward]

// [matmul.backward]
template <class T>
void matmul_backward_input(HostView<T> dx, In<T> dy, In<T> weight) {
    require_shape(dy, dx.rows, weight.rows, "matmul_backward_input: dy");
    require_shape(weight, dy.cols, dx.cols, "matmul_backward_input: weight");
    parallel_rows(dx.rows, rows_per_task, [&](Index begin, Index count) {
        eigen(dx.row_range(begin, count)).noalias() +=
            eigen(dy.row_range(begin, count)) * eigen(weight);  // (n, I)
    });
}

// A task owns some rows of dW and sums over all N rows of the batch: no two tasks write the same
// element, and the order of the sum is fixed.
template <class T>
void matmul_backward_weight(HostView<T> dweight, In<T> dy, In<T> x) {
    require_shape(dy, x.rows, dweight.rows, "matmul_backward_weight: dy");
    require_shape(x, dy.rows, dweight.cols, "matmul_backward_weight: x");
    parallel_rows(dweight.rows, weight_rows_per_task, [&](Index begin, Index count) {
        eigen(dweight.row_range(begin, count)).noalias() +=
            eigen(dy).middleCols(begin, count).transpose() * eigen(x);  // (o, I)
    });
}
// [/matmul.backward]

template <class T>
void add_bias(HostView<T> y, In<T> bias) {
    require_shape(bias, 1, y.cols, "add_bias: bias");
    parallel_rows(y.rows, rows_per_task, [&](Index begin, Index count) {
        eigen(y.row_range(begin, count)).rowwise() += eigen(bias).row(0);
    });
}

template <class T>
void add_bias_backward(HostView<T> dbias, In<T> dy) {
    require_shape(dbias, 1, dy.cols, "add_bias_backward: dbias");
    parallel_rows(dy.cols, 64, [&](Index begin, Index count) {
        eigen(dbias).middleCols(begin, count) +=
            eigen(dy).middleCols(begin, count).colwise().sum();
    });
}

#define SEED_INSTANTIATE(T)                                     \
    template void matmul_forward(HostView<T>, In<T>, In<T>);         \
    template void matmul_backward_input(HostView<T>, In<T>, In<T>);  \
    template void matmul_backward_weight(HostView<T>, In<T>, In<T>); \
    template void add_bias(HostView<T>, In<T>);                      \
    template void add_bias_backward(HostView<T>, In<T>);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
