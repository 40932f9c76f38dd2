#include "trajectory_selection/trajectory.h"

#include <algorithm>
#include <numeric>

namespace seed {

void check_trajectory(const Trajectory& trajectory, const std::string& what) {
    std::vector<bool> reveals(std::size_t(std::max<Index>(0, trajectory.steps)));
    for (const std::int32_t step : trajectory.reveal) {
        require(step >= Trajectory::given && step < trajectory.steps,
                "{}: expected steps in -1 ... {}, got {}", what, trajectory.steps - 1, step);
        if (step != Trajectory::given) reveals[step] = true;
    }
    require(trajectory.steps > 0, "{}: expected at least one step, got none", what);
    const auto idle = std::find(reveals.begin(), reveals.end(), false);
    require(idle == reveals.end(), "{}: expected every step to reveal a position, got none at {}",
            what, idle - reveals.begin());
}

namespace {

template <class Condition>
std::vector<Index> positions_where(const Trajectory& trajectory, Condition&& holds) {
    std::vector<Index> positions;
    for (Index i = 0; i < Index(trajectory.reveal.size()); ++i) {
        if (holds(trajectory.reveal[i])) positions.push_back(i);
    }
    return positions;
}

}  // namespace

std::vector<Index> masked_before(const Trajectory& trajectory, Index step) {
    return positions_where(trajectory,
                           [&](std::int32_t s) { return s != Trajectory::given && s >= step; });
}

std::vector<Index> revealed_by(const Trajectory& trajectory, Index step) {
    return positions_where(trajectory, [&](std::int32_t s) { return s == step; });
}

// [trajectory.state]
void trajectory_states(HostView<std::int32_t> xt, HostView<const std::int32_t> x0,
                       HostView<const std::int32_t> reveal, std::span<const Index> steps,
                       std::int32_t mask_token) {
    require_shape(x0, xt.rows, xt.cols, "trajectory states: x0");
    require_shape(reveal, xt.rows, xt.cols, "trajectory states: reveal");
    require(Index(steps.size()) == xt.rows, "trajectory states: expected {} steps, got {}", xt.rows,
            steps.size());
    for (Index p = 0; p < xt.rows; ++p) {
        for (Index i = 0; i < xt.cols; ++i) {
            const std::int32_t s = reveal(p, i);
            const bool is_masked = s != Trajectory::given && s >= steps[p];
            xt(p, i) = is_masked ? mask_token : x0(p, i);
        }
    }
}
// [/trajectory.state]

std::vector<std::int32_t> state_before(std::span<const std::int32_t> x0,
                                       const Trajectory& trajectory, Index step,
                                       std::int32_t mask_token) {
    require(x0.size() == trajectory.reveal.size(), "trajectory: expected {} tokens, got {}",
            trajectory.reveal.size(), x0.size());
    require(step >= 0 && step <= trajectory.steps,
            "trajectory: expected a step in 0 ... {}, got {}", trajectory.steps, step);
    std::vector<std::int32_t> xt(x0.size());
    const Index positions = Index(xt.size());
    trajectory_states({xt.data(), 1, positions}, {x0.data(), 1, positions},
                      {trajectory.reveal.data(), 1, positions}, std::span(&step, 1), mask_token);
    return xt;
}

// [trajectory.shuffled]
Trajectory shuffled(const Trajectory& trajectory, RandomKey key) {
    const std::vector<Index> positions = masked_before(trajectory, 0);
    std::vector<std::int32_t> steps;
    for (const Index i : positions) steps.push_back(trajectory.reveal[i]);
    // Fisher and Yates
    RandomStream stream(key, 0);
    for (std::size_t left = steps.size(); left > 1; --left) {
        std::swap(steps[left - 1], steps[stream.below(std::uint32_t(left))]);
    }
    Trajectory other{trajectory.reveal, trajectory.steps};
    for (std::size_t k = 0; k < steps.size(); ++k) other.reveal[positions[k]] = steps[k];
    return other;
}
// [/trajectory.shuffled]

Trajectory one_by_one(const std::vector<Index>& order, Index positions) {
    Trajectory trajectory{std::vector<std::int32_t>(std::size_t(positions), Trajectory::given),
                          Index(order.size())};
    for (std::size_t s = 0; s < order.size(); ++s) {
        require(order[s] >= 0 && order[s] < positions,
                "order: expected positions in 0 ... {}, got {}", positions - 1, order[s]);
        trajectory.reveal[order[s]] = std::int32_t(s);
    }
    check_trajectory(trajectory, "order");
    return trajectory;
}

}  // namespace seed
