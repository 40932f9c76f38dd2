#include "trajectory_selection/score.h"

#include <algorithm>

#include "core/parallel.h"
#include "trajectory_selection/order_sampling.h"

namespace seed {

// [score.segmented_sum]
void segmented_sum(HostView<double> sums, HostView<const double> values,
                   std::span<const Index> first_row) {
    require_shape(sums, sums.rows, 1, "segmented sum: sums");
    require_shape(values, values.rows, 1, "segmented sum: values");
    require(Index(first_row.size()) == sums.rows + 1 && first_row.front() == 0 &&
                first_row.back() == values.rows &&
                std::is_sorted(first_row.begin(), first_row.end()),
            "segmented sum: expected {} values cut into {} parts, got other bounds", values.rows,
            sums.rows);
    parallel_for(sums.rows, [&](Index p) {
        double sum = 0;
        for (Index m = first_row[p]; m < first_row[p + 1]; ++m) sum += values.data[m];
        sums.data[p] = sum;
    });
}
// [/score.segmented_sum]

namespace {

template <class T>
std::vector<double> score_steps_on_host(HostView<const T> logits,
                                        std::span<const std::int32_t> targets,
                                        std::span<const Index> first_row) {
    HostMatrix<double> log_p(logits.rows, 1), confidence(logits.rows, 1);
    target_log_p(log_p.view(), confidence.view(), logits, targets);
    std::vector<double> sums(first_row.empty() ? 0 : first_row.size() - 1);
    segmented_sum({sums.data(), Index(sums.size()), 1}, log_p.view(), first_row);
    return sums;
}

}  // namespace

std::vector<double> score_steps(HostView<const float> logits, std::span<const std::int32_t> targets,
                                std::span<const Index> first_row) {
    return score_steps_on_host(logits, targets, first_row);
}

std::vector<double> score_steps(HostView<const double> logits,
                                std::span<const std::int32_t> targets,
                                std::span<const Index> first_row) {
    return score_steps_on_host(logits, targets, first_row);
}

void check_trajectory_of(const Trajectory& trajectory, const MaskableText& text) {
    check_trajectory(trajectory, "trajectory");
    require(trajectory.reveal.size() == text.ids.size(), "trajectory: expected {} tokens, got {}",
            text.ids.size(), trajectory.reveal.size());
    require(masked_before(trajectory, 0) == text.positions,
            "trajectory: expected the {} maskable positions to be revealed, got others",
            text.positions.size());
}

}  // namespace seed
