#include "transformer/rms_norm.h"

#include <cmath>

#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {

// [rms_norm.forward]
template <class T>
void rms_norm_forward(HostView<T> y, Out<T> rstd, In<T> x, In<T> gain,
                      std::type_identity_t<T> eps) {
    require_shape(x, y.rows, y.cols, "rms_norm_forward: x");
    require_shape(rstd, y.rows, 1, "rms_norm_forward: rstd");
    require_shape(gain, 1, y.cols, "rms_norm_forward: gain");
    parallel_rows(x.rows, rows_per_task, [&](Index begin, Index count) {
        for (Index n = begin; n < begin + count; ++n) {
            const auto x_n = eigen(x).row(n);  // (1, C)
            const T r = T(1) / std::sqrt(x_n.squaredNorm() / T(x.cols) + eps);
            eigen(y).row(n) = r * x_n.cwiseProduct(eigen(gain));
            rstd(n, 0) = r;
        }
    });
}
// [/rms_norm.forward]

// [rms_norm.backward]
template <class T>
void rms_norm_backward(HostView<T> dx, Out<T> dgain, In<T> dy, In<T> x, In<T> rstd, In<T> gain) {
    require_shape(dy, x.rows, x.cols, "rms_norm_backward: dy");
    require_shape(dx, x.rows, x.cols, "rms_norm_backward: dx");
    const Index pieces = (x.rows + rows_per_task - 1) / rows_per_task;
    EigenMatrix<T> partial = EigenMatrix<T>::Zero(pieces, x.cols);  // dgain of every piece
    parallel_rows(x.rows, rows_per_task, [&](Index begin, Index count) {
        auto dgain_piece = partial.row(begin / rows_per_task);
        for (Index n = begin; n < begin + count; ++n) {
            const auto x_n = eigen(x).row(n), dy_n = eigen(dy).row(n);  // (1, C)
            const T r = rstd(n, 0);
            const T s = dy_n.cwiseProduct(eigen(gain)).dot(x_n) * r / T(x.cols);
            eigen(dx).row(n) += r * (dy_n.cwiseProduct(eigen(gain)) - (s * r) * x_n);
            dgain_piece += r * dy_n.cwiseProduct(x_n);
        }
    });
    eigen(dgain) += partial.colwise().sum();
}
// [/rms_norm.backward]

#define SEED_INSTANTIATE(T)                                                       \
    template void rms_norm_forward(HostView<T>, Out<T>, In<T>, In<T>, T);         \
    template void rms_norm_backward(HostView<T>, Out<T>, In<T>, In<T>, In<T>, In<T>);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
