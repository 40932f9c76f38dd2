#include "app/product_limit.h"

#include <Eigen/Core>
#include <algorithm>

#include "app/stopwatch.h"
#include "core/eigen_view.h"
#include "core/parallel.h"
#include "transformer/few_rows.h"

namespace seed {
namespace {

constexpr int tries = 4;

template <class Run>
double best_seconds(Run&& run) {
    double best = 0;
    for (int i = 0; i <= tries; ++i) {
        const double once = seconds_of(run);
        if (i == 0 || once < best) best = once;
    }
    return best;
}

// y = x Wᵀ for every weight (out, in) in turn; x is anything.
ProductSeconds seconds_of_products(const std::vector<HostView<float>>& weights, Index rows) {
    std::vector<EigenMatrix<float>> x, y;
    for (const HostView<float>& w : weights) {
        x.push_back(EigenMatrix<float>::Random(rows, w.cols)), y.emplace_back(rows, w.rows);
    }
    const auto view = [](EigenMatrix<float>& matrix) {
        return HostView<float>{matrix.data(), matrix.rows(), matrix.cols()};
    };
    ProductSeconds seconds;
    seconds.few_rows = best_seconds([&] {
        for (std::size_t i = 0; i < weights.size(); ++i) {
            matmul_few_rows<float>(view(y[i]), view(x[i]), weights[i]);
        }
    });
    Eigen::setNbThreads(thread_count());
    seconds.eigen = best_seconds([&] {
        for (std::size_t i = 0; i < weights.size(); ++i) {
            y[i].noalias() = x[i] * eigen(weights[i]).transpose();
        }
    });
    Eigen::setNbThreads(1);
    return seconds;
}

}  // namespace

ProductSeconds ProductLimit::layers(Index rows) {
    const auto [known, is_new] = layers_.try_emplace(rows);
    if (!is_new) return known->second;
    std::vector<HostView<float>> weights;
    for (const auto& w : model_.parameters().layers) {
        for (const auto& view : {w.q_weight, w.k_weight, w.v_weight, w.o_weight, w.gate_weight,
                                 w.up_weight, w.down_weight}) {
            weights.push_back(view);
        }
    }
    return known->second = seconds_of_products(weights, rows);
}

ProductSeconds ProductLimit::head(Index rows) {
    const auto [known, is_new] = head_.try_emplace(rows);
    if (!is_new) return known->second;
    return known->second = seconds_of_products({model_.parameters().head}, rows);
}

ProductSeconds ProductLimit::of_call(Index rows) {
    const ProductSeconds of_layers = layers(rows), of_head = head(rows);
    return {of_layers.few_rows + of_head.few_rows, of_layers.eigen + of_head.eigen};
}

double ProductLimit::seconds(const CallCounts& calls) {
    double sum = 0;
    for (const auto& [rows, count] : calls) {
        sum += double(count) * (layers(rows.first).best() + head(rows.second).best());
    }
    return sum;
}

}  // namespace seed
