// What a rollout is worth: is it right, and how few steps did it take (Seed Diffusion, section
// 3.3, eqs. 10 and 11)?
//
// The paper minimises the number of steps |tau| under a verifier V of the text, finds the direct
// form unstable, and takes a surrogate that grows with |tau|: the mean of 1 / d_Lev over pairs of
// states. Few steps change much at once: their states are far apart. Where steps only reveal, the
// distance is the number of tokens revealed between the two: every edit changes the number of masks
// by one at most. It says more where tokens are rewritten too.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "trajectory_selection/trajectory.h"

namespace seed {

// d_Lev(x_i, x_j) of the pairs i < j of the states x_0 ... x_n of a trajectory, as below: first
// (0, 1) ... (0, n), then (1, 2) ...; n (n + 1) / 2 in all.
std::vector<Index> state_distances(std::span<const std::int32_t> ids, const Trajectory& trajectory,
                                   std::int32_t mask_token);

// E[1 / d_Lev(x_i, x_j)] over the pairs i < j of the states x_0 ... x_n of a trajectory, as
// sequences of tokens in which a mask is a token. In (0, 1]. Two equal states (which no trajectory
// has) would count as 1, the most that a distance of whole numbers gives. The prompt is left out:
// it is the same in all states.
double edit_surrogate(std::span<const std::int32_t> ids, const Trajectory& trajectory,
                      std::int32_t mask_token);

enum class SpeedCost {
    surrogate,  // E[1 / d_Lev]
    steps       // |tau| over the number of positions: the direct form
};

enum class RewardShape {
    multiplicative,  // V (1 - beta cost): what is wrong gets nothing for being fast
    additive         // V - beta cost
};

SpeedCost speed_cost_from(std::string_view name);      // "surrogate", "steps"; throws Error
RewardShape reward_shape_from(std::string_view name);  // "multiplicative", "additive"
std::string_view speed_cost_name(SpeedCost cost);
std::string_view reward_shape_name(RewardShape shape);

// verdict in [0, 1], cost in [0, 1], beta >= 0. Throws Error outside, and for NaN.
double reward_of(double verdict, double cost, RewardShape shape, double beta);

// Rewards of a group whose standard deviation is below this are equal, but for rounding.
inline constexpr double least_deviation = 1e-9;

// Group-relative advantages: rewards (S * G), G of each prompt one behind the other; the mean of
// each group is taken off, and where `normalise` is set, what is left is divided by the group's
// standard deviation, unless that is below least_deviation. A group of one has the advantage 0.
// Throws Error where the rewards are no whole groups or one is not finite.
std::vector<double> group_advantages(std::span<const double> rewards, Index group, bool normalise);

}  // namespace seed
