// A trajectory as data: in which step each position of a text is revealed.
//
//   reveal[i] = -1   given: the prompt, never masked
//             =  s   revealed by step s = 0 ... n - 1; every step reveals at least one position
//
// So n small integers say how a text came about. The states in between need not be kept: before
// step s,
//
//   x_s[i] = mask where reveal[i] >= s, else x0[i]        x_0: all masked, x_n = x0
//
// The score of a trajectory is the evidence lower bound's term for it: what the model says to the
// tokens of x0 in the order in which they are revealed (Seed Diffusion, section 3.2)
//
//   score = sum over s < n, i with reveal[i] = s of log p(x0[i] | x_s)        nats, at most 0
//
// Where every step reveals one position this is the chain rule along an order, and the mean over
// all orders is the bound itself (eq. 7).
#pragma once

#include <limits>

#include "mask_corruption/likelihood.h"

namespace seed {

struct Trajectory {
    static constexpr std::int32_t given = -1;

    std::vector<std::int32_t> reveal;                         // (T)
    Index steps = 0;                                          // n
    double score = std::numeric_limits<double>::quiet_NaN();  // nats; NaN: not known
};

// Throws Error, naming `what`, unless the steps are given or 0 ... n - 1, each at least once, n >
// 0.
void check_trajectory(const Trajectory& trajectory, const std::string& what);

// The positions masked before step s, and those that the step reveals. Both ascending.
std::vector<Index> masked_before(const Trajectory& trajectory, Index step);
std::vector<Index> revealed_by(const Trajectory& trajectory, Index step);

// x_s (T). Throws Error where x0 has another length or the step is outside 0 ... n.
std::vector<std::int32_t> state_before(std::span<const std::int32_t> x0,
                                       const Trajectory& trajectory, Index step,
                                       std::int32_t mask_token);

// A batch of states at once: row p of xt (P, T) is state_before(row p of x0, reveal, steps[p]).
// Throws Error where the shapes do not fit.
void trajectory_states(HostView<std::int32_t> xt, HostView<const std::int32_t> x0,
                       HostView<const std::int32_t> reveal, std::span<const Index> steps,
                       std::int32_t mask_token);

// The same numbers of positions per step, in an order drawn at random: every assignment of the
// positions to the steps is equally likely. Its score is not known.
Trajectory shuffled(const Trajectory& trajectory, RandomKey key);

// One position per step, in this order.
Trajectory one_by_one(const std::vector<Index>& order, Index positions);

}  // namespace seed
