#include "app/product_limit.h"

#include <Eigen/Core>
#include <algorithm>

#include "app/stopwatch.h"
#include "core/eigen_view.h"
#include "core/parallel.h"

namespace seed {
namespace {

constexpr int tries = 4;

// Best of some tries of y = x Wᵀ for every weight (out, in) in turn; x is anything.
double seconds_of_products(const std::vector<HostView<float>>& weights, Index rows) {
    Index widest = 0, deepest = 0;
    for (const HostView<float>& w : weights) {
        widest = std::max(widest, w.rows), deepest = std::max(deepest, w.cols);
    }
    const EigenMatrix<float> x = EigenMatrix<float>::Random(rows, deepest);
    EigenMatrix<float> y(rows, widest);
    Eigen::setNbThreads(thread_count());
    double best = 0;
    for (int i = 0; i <= tries; ++i) {
        const double once = seconds_of([&] {
            for (const HostView<float>& w : weights) {
                y.leftCols(w.rows).noalias() = x.leftCols(w.cols) * eigen(w).transpose();
            }
        });
        if (i == 0 || once < best) best = once;
    }
    Eigen::setNbThreads(1);
    return best;
}

}  // namespace

double ProductLimit::layers(Index rows) {
    const auto [known, is_new] = layers_.try_emplace(rows, 0);
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

double ProductLimit::head(Index rows) {
    const auto [known, is_new] = head_.try_emplace(rows, 0);
    if (!is_new) return known->second;
    return known->second = seconds_of_products({model_.parameters().head}, rows);
}

double ProductLimit::seconds(const CallCounts& calls) {
    double sum = 0;
    for (const auto& [rows, count] : calls) {
        sum += double(count) * (layers(rows.first) + head(rows.second));
    }
    return sum;
}

}  // namespace seed
