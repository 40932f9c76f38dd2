#include "trajectory_selection/selection.h"

#include <algorithm>
#include <cmath>

namespace seed {

// [selection.top_k]
void segmented_top_k(HostView<std::int32_t> best, HostView<const double> scores,
                     std::span<const Index> first_row) {
    require_shape(scores, scores.rows, 1, "top k: scores");
    require(best.cols >= 1, "top k: expected k >= 1, got {}", best.cols);
    require(
        Index(first_row.size()) == best.rows + 1 && first_row.front() == 0 &&
            first_row.back() == scores.rows && std::is_sorted(first_row.begin(), first_row.end()),
        "top k: expected {} scores cut into {} parts, got other bounds", scores.rows, best.rows);
    // [exercise top_k]
    for (Index s = 0; s < best.rows; ++s) {
        std::vector<std::int32_t> order;
        for (Index m = first_row[s]; m < first_row[s + 1]; ++m) {
            if (!std::isnan(scores.data[m])) order.push_back(std::int32_t(m));
        }
        std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
            return scores.data[a] > scores.data[b];
        });
        order.resize(std::size_t(best.cols), -1);
        std::copy(order.begin(), order.end(), best.row(s));
    }
    // [/exercise top_k]
}
// [/selection.top_k]

Selected select_trajectories(std::span<const double> scores, std::span<const Index> tokens,
                             Index members, const SelectionOptions& options) {
    require(!scores.empty(), "selection: expected a trajectory, got an empty pool");
    require(options.keep >= 1, "selection: expected at least one to keep, got {}", options.keep);
    require(options.max_nats >= 0, "selection: expected a limit >= 0 nats, got {}",
            options.max_nats);
    require(
        members >= 1 && scores.size() % std::size_t(members) == 0 && tokens.size() == scores.size(),
        "selection: expected {} trajectories of each text and as many token counts, got {} and "
        "{} in all",
        members, scores.size(), tokens.size());
    Selected selected;
    std::vector<double> eligible(scores.begin(), scores.end());
    for (std::size_t m = 0; m < eligible.size(); ++m) {
        if (std::isnan(eligible[m])) ++selected.not_a_number;
        const bool is_too_poor =
            options.max_nats > 0 && -eligible[m] > options.max_nats * double(tokens[m]);
        if (is_too_poor) eligible[m] = std::nan("");
    }
    const Index texts = Index(scores.size()) / members;
    std::vector<Index> first_row;
    for (Index s = 0; s <= texts; ++s) first_row.push_back(s * members);
    HostMatrix<std::int32_t> best(texts, options.keep);
    segmented_top_k(best.view(), {eligible.data(), Index(eligible.size()), 1}, first_row);
    for (Index s = 0; s < texts; ++s) {
        if (best.view()(s, 0) < 0) ++selected.texts_without;
        for (Index k = 0; k < options.keep; ++k) {
            if (best.view()(s, k) >= 0) selected.rows.push_back(best.view()(s, k));
        }
    }
    std::sort(selected.rows.begin(), selected.rows.end());
    return selected;
}

}  // namespace seed
