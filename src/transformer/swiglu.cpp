#include "transformer/swiglu.h"

#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {

// [swiglu.forward]
template <class T>
void swiglu_forward(HostView<T> y, In<T> gate, In<T> up) {
    require_shape(gate, y.rows, y.cols, "swiglu_forward: gate");
    require_shape(up, y.rows, y.cols, "swiglu_forward: up");
    parallel_rows(y.rows, rows_per_task, [&](Index begin, Index count) {
        // A row of its own: which elements exp() takes singly must not depend on other rows
        Eigen::Array<T, 1, Eigen::Dynamic> sigma(gate.cols);
        for (Index n = begin; n < begin + count; ++n) {
            const auto g = eigen(gate).row(n).array(), u = eigen(up).row(n).array();  // (1, F)
            sigma = T(1) / (T(1) + (-g).exp());
            eigen(y).row(n).array() = g * sigma * u;
        }
    });
}
// [/swiglu.forward]

// [swiglu.backward]
template <class T>
void swiglu_backward(HostView<T> dgate, Out<T> dup, In<T> dy, In<T> gate, In<T> up) {
    require_shape(dy, gate.rows, gate.cols, "swiglu_backward: dy");
    require_shape(dgate, gate.rows, gate.cols, "swiglu_backward: dgate");
    require_shape(dup, gate.rows, gate.cols, "swiglu_backward: dup");
    parallel_rows(gate.rows, rows_per_task, [&](Index begin, Index count) {
        Eigen::Array<T, 1, Eigen::Dynamic> sigma(gate.cols);
        for (Index n = begin; n < begin + count; ++n) {
            const auto g = eigen(gate).row(n).array(), u = eigen(up).row(n).array();
            const auto d = eigen(dy).row(n).array();  // (1, F)
            sigma = T(1) / (T(1) + (-g).exp());
            eigen(dgate).row(n).array() += d * u * sigma * (T(1) + g * (T(1) - sigma));
            eigen(dup).row(n).array() += d * g * sigma;
        }
    });
}
// [/swiglu.backward]

#define SEED_INSTANTIATE(T)                                      \
    template void swiglu_forward(HostView<T>, In<T>, In<T>);     \
    template void swiglu_backward(HostView<T>, Out<T>, In<T>, In<T>, In<T>);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
