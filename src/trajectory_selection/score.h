// What trajectories are worth: their scores, computed from the states alone (trajectory.h).
#pragma once

#include "trajectory_selection/trajectory.h"

namespace seed {

// Sums of the rows of values (M, 1), in double: sums[p] of rows first_row[p] ... first_row[p + 1] -
// 1, one after the other. Throws Error where first_row does not cut the rows into sums.rows parts.
void segmented_sum(HostView<double> sums, HostView<const double> values,
                   std::span<const Index> first_row);

// log p of the targets of every part of logits (M, V), in nats: part p is the rows first_row[p] ...
// first_row[p + 1] - 1. target_log_p (order_sampling.h), then segmented_sum.
std::vector<double> score_steps(HostView<const float> logits, std::span<const std::int32_t> targets,
                                std::span<const Index> first_row);
std::vector<double> score_steps(HostView<const double> logits,
                                std::span<const std::int32_t> targets,
                                std::span<const Index> first_row);

// The score of trajectories[p] of texts[p], in nats: n calls of the model for n steps, `batch`
// states each. Throws Error where the numbers differ or a trajectory is not one of its text.
template <class Space>
std::vector<double> score_trajectories(Transformer<Space>& model,
                                       const std::vector<MaskableText>& texts,
                                       const std::vector<Trajectory>& trajectories,
                                       const LikelihoodOptions& options);

// Throws Error unless the trajectory masks just the maskable positions of the text.
void check_trajectory_of(const Trajectory& trajectory, const MaskableText& text);

}  // namespace seed
