#include "step_reduction/reward.h"

#include <cmath>

#include "edit_corruption/levenshtein_myers.h"

namespace seed {

// [reward.surrogate]
std::vector<Index> state_distances(std::span<const std::int32_t> ids, const Trajectory& trajectory,
                                   std::int32_t mask_token) {
    check_trajectory(trajectory, "surrogate");
    std::vector<std::vector<std::int32_t>> states;  // x_0 ... x_n
    const std::vector<Index> behind_prompt = masked_before(trajectory, 0);
    for (Index s = 0; s <= trajectory.steps; ++s) {
        const std::vector<std::int32_t> xs = state_before(ids, trajectory, s, mask_token);
        states.emplace_back();
        for (const Index i : behind_prompt) states.back().push_back(xs[i]);
    }
    std::vector<Index> distances;
    for (std::size_t i = 0; i < states.size(); ++i) {
        for (std::size_t j = i + 1; j < states.size(); ++j) {
            distances.push_back(levenshtein_myers(states[i], states[j]));
        }
    }
    return distances;
}

double edit_surrogate(std::span<const std::int32_t> ids, const Trajectory& trajectory,
                      std::int32_t mask_token) {
    const std::vector<Index> distances = state_distances(ids, trajectory, mask_token);
    double sum = 0;
    for (const Index d : distances) sum += 1 / double(std::max<Index>(1, d));
    return sum / double(distances.size());
}
// [/reward.surrogate]

SpeedCost speed_cost_from(std::string_view name) {
    if (name == "surrogate") return SpeedCost::surrogate;
    require(name == "steps", "cost: expected surrogate or steps, got {}", name);
    return SpeedCost::steps;
}

RewardShape reward_shape_from(std::string_view name) {
    if (name == "multiplicative") return RewardShape::multiplicative;
    require(name == "additive", "reward: expected multiplicative or additive, got {}", name);
    return RewardShape::additive;
}

std::string_view speed_cost_name(SpeedCost cost) {
    return cost == SpeedCost::surrogate ? "surrogate" : "steps";
}

std::string_view reward_shape_name(RewardShape shape) {
    return shape == RewardShape::multiplicative ? "multiplicative" : "additive";
}

// [reward.shapes]
double reward_of(double verdict, double cost, RewardShape shape, double beta) {
    require(verdict >= 0 && verdict <= 1, "reward: expected a verdict in 0 ... 1, got {}", verdict);
    require(cost >= 0 && cost <= 1, "reward: expected a cost in 0 ... 1, got {}", cost);
    require(beta >= 0 && std::isfinite(beta), "reward: expected beta >= 0, got {}", beta);
    if (shape == RewardShape::additive) return verdict - beta * cost;
    return verdict * (1 - beta * cost);
}
// [/reward.shapes]

// [reward.advantages]
std::vector<double> group_advantages(std::span<const double> rewards, Index group, bool normalise) {
    require(group >= 1 && rewards.size() % std::size_t(group) == 0,
            "advantages: expected groups of {} rewards, got {} in all", group, rewards.size());
    std::vector<double> advantages;
    for (std::size_t first = 0; first < rewards.size(); first += std::size_t(group)) {
        const auto some = rewards.subspan(first, std::size_t(group));
        // [exercise group_advantages]
        double mean = 0, variance = 0;
        for (const double reward : some) {
            require(std::isfinite(reward), "advantages: expected finite rewards, got {}", reward);
            mean += reward / double(group);
        }
        for (const double reward : some) variance += (reward - mean) * (reward - mean);
        const double deviation = std::sqrt(variance / double(group));
        for (const double reward : some) {
            const double advantage = reward - mean;
            advantages.push_back(normalise && deviation >= least_deviation ? advantage / deviation
                                                                           : advantage);
        }
        // [/exercise group_advantages]
    }
    return advantages;
}
// [/reward.advantages]

}  // namespace seed
