// What a rollout is worth.
#include "step_reduction/reward.h"

#include <cmath>
#include <limits>

#include "tests/step_reduction/random_states.h"
#include "tests/support/catch.h"
#include "tests/support/compare.h"
#include "tests/support/error_of.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

constexpr std::int32_t mask = 9;
const double not_a_number = std::nan("");

}  // namespace

TEST_CASE("the surrogate by hand: the mean of 1 / d over the pairs of states") {
    // States _ _ _ _ , _ b _ _ , a b _ d , a b c d: distances 1 3 4 2 3 1
    const Ids x0{7, 1, 2, 3, 4};
    const Trajectory three{{-1, 1, 0, 2, 1}, 3};
    const double expected = (1.0 + 1.0 / 3 + 1.0 / 4 + 1.0 / 2 + 1.0 / 3 + 1.0) / 6;
    CHECK(near(edit_surrogate(x0, three, mask), expected, 1e-15));
    // One step: a single pair, four apart
    CHECK(near(edit_surrogate(x0, {{-1, 0, 0, 0, 0}, 1}, mask), 0.25, 1e-15));
    // One by one is the slowest
    CHECK(edit_surrogate(x0, {{-1, 0, 1, 2, 3}, 4}, mask) > expected);
}

// An edit changes the number of masks by one at most, and as many substitutions are enough.
TEST_CASE("the distance of two states that only reveal is the number of tokens between them") {
    const RandomStates states(60, 24, 6, RandomKey{5});
    for (Index p = 0; p < 60; ++p) {
        const Rollout r = states.rollout(p);
        const std::vector<Index> distances =
            state_distances(r.ids, r.trajectory, RandomStates::mask);
        std::vector<Index> tokens(std::size_t(r.trajectory.steps), 0);  // that a step reveals
        for (std::size_t i = 0; i < r.ids.size(); ++i) {
            const bool comes = r.trajectory.reveal[i] >= 0 && r.ids[i] != RandomStates::mask;
            if (comes) ++tokens[std::size_t(r.trajectory.reveal[i])];
        }
        std::size_t pair = 0;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            Index between = 0;
            for (std::size_t j = i; j < tokens.size(); ++j) {
                between += tokens[j];
                CHECK(distances[pair++] == between);
            }
        }
        CHECK(pair == distances.size());
    }
    // A token that is the mask itself leaves two states equal: that counts as 1
    CHECK(edit_surrogate(Ids{mask, mask}, {{0, 0}, 1}, mask) == 1);
}

TEST_CASE("rewards: what is wrong gets nothing for being fast, unless they are added") {
    const auto times = RewardShape::multiplicative, plus = RewardShape::additive;
    CHECK(reward_of(1, 0.25, times, 0.5) == 0.875);
    CHECK(reward_of(0, 0.25, times, 0.5) == 0);
    CHECK(reward_of(0.5, 0.5, times, 1) == 0.25);
    CHECK(reward_of(1, 0.25, plus, 0.5) == 0.875);
    CHECK(reward_of(0, 0.25, plus, 0.5) == -0.125);
    CHECK(error_of([&] { reward_of(not_a_number, 0, plus, 1); }) ==
          "reward: expected a verdict in 0 ... 1, got nan");
    CHECK(error_of([&] { reward_of(1, 2, plus, 1); }) ==
          "reward: expected a cost in 0 ... 1, got 2");
    CHECK(error_of([&] { reward_of(1, 1, plus, -1); }) == "reward: expected beta >= 0, got -1");
}

TEST_CASE("rewards that are equal have no advantage, whatever their mean rounds to") {
    for (const double reward : {0.87, 0.1, 1.0 / 3, 1e-3}) {
        for (const Index group : {3, 5, 6, 7, 10}) {
            const std::vector<double> equal(std::size_t(group), reward);
            for (const double advantage : group_advantages(equal, group, true)) {
                CHECK(std::abs(advantage) < 1e-15);
            }
        }
    }
}

TEST_CASE("advantages add up to 0 in each group, and a group of one has none") {
    const std::vector<double> rewards{1, 0, 0, 0, 5, 5, 5, 5};
    CHECK(group_advantages(rewards, 4, false) ==
          std::vector<double>{0.75, -0.25, -0.25, -0.25, 0, 0, 0, 0});
    const auto normalised = group_advantages(rewards, 4, true);
    CHECK(near(normalised[0], 0.75 / std::sqrt(0.1875), 1e-15));
    CHECK(normalised[4] == 0);  // no deviation to divide by
    CHECK(group_advantages(rewards, 1, true) == std::vector<double>(8, 0.0));
    CHECK(error_of([&] { group_advantages(rewards, 3, false); }) ==
          "advantages: expected groups of 3 rewards, got 8 in all");
    const std::vector<double> infinite{1, -std::numeric_limits<double>::infinity()};
    CHECK(error_of([&] { group_advantages(infinite, 2, false); }) ==
          "advantages: expected finite rewards, got -inf");
}

TEST_CASE("names of costs and shapes") {
    for (const auto cost : {SpeedCost::surrogate, SpeedCost::steps}) {
        CHECK(speed_cost_from(speed_cost_name(cost)) == cost);
    }
    for (const auto shape : {RewardShape::additive, RewardShape::multiplicative}) {
        CHECK(reward_shape_from(reward_shape_name(shape)) == shape);
    }
    CHECK(error_of([] { speed_cost_from("time"); }) ==
          "cost: expected surrogate or steps, got time");
    CHECK(error_of([] { reward_shape_from("sum"); }) ==
          "reward: expected multiplicative or additive, got sum");
}
