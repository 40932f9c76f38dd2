#include "transformer/cross_entropy.h"

#include <cmath>
#include <limits>

#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {
namespace {

void check_targets(std::span<const std::int32_t> targets, Index rows, Index vocabulary) {
    require(Index(targets.size()) == rows, "cross entropy: expected {} targets, got {}", rows,
            targets.size());
    for (std::int32_t target : targets) {
        require(target >= 0 && target < vocabulary,
                "cross entropy: expected targets in [0, {}), got {}", vocabulary, target);
    }
}

}  // namespace

template <class T>
void forbid_token(HostView<T> logits, std::int32_t token) {
    require(token >= 0 && token < logits.cols, "forbid_token: expected a token in [0, {}), got {}",
            logits.cols, token);
    for (Index n = 0; n < logits.rows; ++n) {
        logits(n, token) = -std::numeric_limits<T>::infinity();
    }
}

// [cross_entropy.forward]
template <class T>
void cross_entropy_forward(HostView<T> losses, Out<T> lse, In<T> logits,
                           std::span<const std::int32_t> targets, In<T> weights) {
    check_targets(targets, logits.rows, logits.cols);
    require_shape(losses, logits.rows, 1, "cross_entropy_forward: losses");
    require_shape(lse, logits.rows, 1, "cross_entropy_forward: lse");
    require_shape(weights, logits.rows, 1, "cross_entropy_forward: weights");
    parallel_rows(logits.rows, rows_per_task, [&](Index begin, Index count) {
        for (Index n = begin; n < begin + count; ++n) {
            const auto z = eigen(logits).row(n).array();  // (1, V)
            const T largest = z.maxCoeff();
            lse(n, 0) = largest + std::log((z - largest).exp().sum());
            losses(n, 0) = weights(n, 0) * (lse(n, 0) - logits(n, targets[n]));
        }
    });
}
// [/cross_entropy.forward]

// [cross_entropy.backward]
template <class T>
void cross_entropy_backward(HostView<T> dlogits, In<T> logits, In<T> lse,
                            std::span<const std::int32_t> targets, In<T> weights) {
    check_targets(targets, logits.rows, logits.cols);
    require_shape(dlogits, logits.rows, logits.cols, "cross_entropy_backward: dlogits");
    const T impossible = -std::numeric_limits<T>::infinity();
    parallel_rows(logits.rows, rows_per_task, [&](Index begin, Index count) {
        for (Index n = begin; n < begin + count; ++n) {
            const auto z = eigen(logits).row(n).array();  // (1, V)
            // Eigen's exp(-inf) is the smallest normal number: make it the 0 that it should be.
            eigen(dlogits).row(n).array() +=
                (z == impossible).select(T(0), weights(n, 0) * (z - lse(n, 0)).exp());
            dlogits(n, targets[n]) -= weights(n, 0);
        }
    });
}
// [/cross_entropy.backward]

#define SEED_INSTANTIATE(T)                                                                    \
    template void forbid_token(HostView<T>, std::int32_t);                                     \
    template void cross_entropy_forward(HostView<T>, Out<T>, In<T>,                            \
                                        std::span<const std::int32_t>, In<T>);                 \
    template void cross_entropy_backward(HostView<T>, In<T>, In<T>,                            \
                                         std::span<const std::int32_t>, In<T>);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
