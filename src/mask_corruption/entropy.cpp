#include "mask_corruption/entropy.h"

#include <cmath>

#include "core/parallel.h"
#include "mask_corruption/sampling.h"

namespace seed {
namespace {

// [entropy.row]
double entropy_of(const std::vector<double>& log_p) {
    double sum = 0;
    for (const double l : log_p) {
        if (std::isfinite(l)) sum -= std::exp(l) * l;
    }
    return sum;
}
// [/entropy.row]

template <class T>
std::vector<double> entropies_of(HostView<const T> logits) {
    std::vector<double> entropies(std::size_t(logits.rows));
    parallel_rows(logits.rows, 16, [&](Index begin, Index count) {
        for (Index m = begin; m < begin + count; ++m) {
            entropies[m] = entropy_of(log_softmax(logits.row_range(m, 1)));  // (1, V)
        }
    });
    return entropies;
}

}  // namespace

std::vector<double> row_entropies(HostView<const float> logits) { return entropies_of(logits); }
std::vector<double> row_entropies(HostView<const double> logits) { return entropies_of(logits); }

// [entropy.bound]
std::vector<Index> within_entropy_bound(std::span<const double> entropies, double bound) {
    require(bound >= 0, "entropy bound: expected a number >= 0, got {}", bound);
    std::vector<Index> chosen;
    for (std::size_t i = 0; i < entropies.size(); ++i) {
        double surer = 0;
        for (std::size_t j = 0; j < entropies.size(); ++j) {
            const bool is_surer =
                entropies[j] < entropies[i] || (entropies[j] == entropies[i] && j < i);
            if (is_surer) surer += entropies[j];
        }
        if (surer <= bound) chosen.push_back(Index(i));
    }
    return chosen;
}
// [/entropy.bound]

}  // namespace seed
