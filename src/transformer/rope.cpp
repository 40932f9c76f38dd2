#include "transformer/rope.h"

#include <cmath>

#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {
namespace {

// [rope.rotate]
template <class T>
void rotate(HostView<T> x, HostView<const T> cos_sin, T direction) {
    const Index head_size = cos_sin.cols, half = head_size / 2;
    require(cos_sin.rows > 0 && x.cols % head_size == 0 && x.rows % cos_sin.rows == 0,
            "rope: expected whole sequences of {} rows and heads of {} columns, got ({}, {})",
            cos_sin.rows, head_size, x.rows, x.cols);
    parallel_rows(x.rows, rows_per_task, [&](Index begin, Index count) {
        for (Index n = begin; n < begin + count; ++n) {
            const T* cosine = cos_sin.row(n % cos_sin.rows);
            const T* sine = cosine + half;
            for (T* head = x.row(n); head < x.row(n) + x.cols; head += head_size) {
                for (Index i = 0; i < half; ++i) {
                    const T a = head[i], b = head[i + half];
                    const T s = direction * sine[i];
                    head[i] = a * cosine[i] - b * s;
                    head[i + half] = b * cosine[i] + a * s;
                }
            }
        }
    });
}
// [/rope.rotate]

}  // namespace

template <class T>
void rope_table(HostView<T> cos_sin, double theta) {
    const Index half = cos_sin.cols / 2;
    require(cos_sin.cols == 2 * half, "rope: expected an even head size, got {}", cos_sin.cols);
    for (Index p = 0; p < cos_sin.rows; ++p) {
        for (Index i = 0; i < half; ++i) {
            const double angle = double(p) * std::pow(theta, -double(i) / double(half));
            cos_sin(p, i) = T(std::cos(angle));
            cos_sin(p, i + half) = T(std::sin(angle));
        }
    }
}

template <class T>
void rope_forward(HostView<T> x, In<T> cos_sin) {
    rotate<T>(x, cos_sin, T(1));
}

template <class T>
void rope_backward(HostView<T> dx, In<T> cos_sin) {
    rotate<T>(dx, cos_sin, T(-1));
}

#define SEED_INSTANTIATE(T)                            \
    template void rope_table(HostView<T>, double);     \
    template void rope_forward(HostView<T>, In<T>);    \
    template void rope_backward(HostView<T>, In<T>);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
