#include "transformer/adamw.h"

#include <cmath>
#include <numbers>
#include <vector>

#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {
namespace {
constexpr Index piece_size = 16384;  // elements per task
}

// [adamw.schedule]
double learning_rate_at(const AdamW& options, Index step, Index steps) {
    require(step >= 0 && step < steps, "learning rate: expected a step in [0, {}), got {}", steps,
            step);
    const double warmup = std::floor(options.warmup_fraction * double(steps));
    if (double(step) < warmup) return options.learning_rate * double(step + 1) / warmup;
    const double constant = std::ceil((1 - options.decay_fraction) * double(steps));
    const double begin = std::max(warmup, constant);  // of the decay
    const double progress =
        std::max(0.0, double(step) - begin) / std::max(1.0, double(steps) - begin);
    const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * progress));
    return options.learning_rate * (options.final_fraction + (1 - options.final_fraction) * cosine);
}
// [/adamw.schedule]

template <class T>
double global_norm(HostView<const T> gradient) {
    std::vector<double> partial((gradient.size() + piece_size - 1) / piece_size);
    parallel_rows(gradient.size(), piece_size, [&](Index begin, Index count) {
        const HostView<const T> piece{gradient.data + begin, 1, count};
        partial[begin / piece_size] = eigen(piece).template cast<double>().squaredNorm();
    });
    double sum = 0;
    for (double p : partial) sum += p;
    return std::sqrt(sum);
}

// [adamw.update]
template <class T>
void adamw_update(HostView<T> p, Out<T> m, Out<T> v, In<T> gradient, const AdamW& options,
                  double learning_rate, double decay, double gradient_scale, Index step) {
    require_shape(gradient, p.rows, p.cols, "adamw_update: gradient");
    const T b1 = T(options.beta1), b2 = T(options.beta2), eps = T(options.eps);
    const T scale = T(gradient_scale), keep = T(1 - learning_rate * decay);
    const T step_size = T(learning_rate / (1 - std::pow(options.beta1, double(step))));
    const T v_correction = T(1 / std::sqrt(1 - std::pow(options.beta2, double(step))));
    parallel_rows(p.size(), piece_size, [&](Index begin, Index count) {
        const auto piece = [&](auto view) {
            return eigen(decltype(view){view.data + begin, 1, count}).array();
        };
        auto p_i = piece(p), m_i = piece(m), v_i = piece(v);
        const auto g_i = piece(gradient);
        m_i = b1 * m_i + ((T(1) - b1) * scale) * g_i;
        v_i = b2 * v_i + (T(1) - b2) * (scale * g_i).square();
        p_i = keep * p_i - step_size * m_i / (v_i.sqrt() * v_correction + eps);
    });
}
// [/adamw.update]

#define SEED_INSTANTIATE(T)                                                                     \
    template double global_norm(HostView<const T>);                                             \
    template void adamw_update(HostView<T>, Out<T>, Out<T>, In<T>, const AdamW&, double, double, \
                               double, Index);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
