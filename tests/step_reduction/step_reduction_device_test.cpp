// Costs and advantages of whole batches on the device.
#include <cmath>

#include "step_reduction/advantages_device.h"
#include "step_reduction/surrogate_device.h"
#include "tests/step_reduction/random_states.h"
#include "tests/support/catch.h"

using namespace seed;

TEST_CASE("the surrogate of a batch is that of each trajectory alone, short or long") {
    for (const Index longest : {Index{20}, Index{1030}}) {
        const bool is_long = longest > 1000;
        const RandomStates states(is_long ? 1 : 7, longest, is_long ? 1 : 6, {5});
        const DeviceBuffer<std::int32_t> tokens(states.tokens), reveal(states.reveal);
        const Index rows = states.first_row.back();
        const StateBatch batch{DeviceView<const std::int32_t>{tokens.data(), rows, 1},
                               DeviceView<const std::int32_t>{reveal.data(), rows, 1},
                               states.first_row, states.steps, RandomStates::mask};
        const std::vector<double> costs = edit_surrogates(batch);
        REQUIRE(costs.size() == states.steps.size());
        for (Index p = 0; p < Index(costs.size()); ++p) {
            const Rollout r = states.rollout(p);
            const double expected = edit_surrogate(r.ids, r.trajectory, RandomStates::mask);
            CHECK(std::abs(costs[std::size_t(p)] - expected) < 1e-14);
        }
    }
}

TEST_CASE("no trajectories have no costs, and no rollouts no advantages") {
    const DeviceView<const std::int32_t> none{nullptr, 0, 1};
    const std::vector<Index> first{0}, steps;
    CHECK(edit_surrogates({none, none, first, steps, 3}).empty());
    const DeviceView<double> column{nullptr, 0, 1};
    policy_advantages(column, column, column, 4, {});
}

TEST_CASE("a group of one has no advantage") {
    const DeviceBuffer<double> verdicts(std::vector<double>{1, 0, 1}),
        costs(std::vector<double>{0.25, 0.5, 1}), result(3);
    policy_advantages({result.data(), 3, 1}, {verdicts.data(), 3, 1}, {costs.data(), 3, 1}, 1, {});
    CHECK(result.download() == std::vector<double>{0, 0, 0});
}

TEST_CASE("a verdict that is no number spoils its own group alone") {
    const DeviceBuffer<double> verdicts(std::vector<double>{1, NAN, 0, 1}),
        costs(std::vector<double>{0.5, 0.5, 0.5, 0.5}), result(4);
    policy_advantages({result.data(), 4, 1}, {verdicts.data(), 4, 1}, {costs.data(), 4, 1}, 2,
                      {RewardShape::additive, 1, false});
    const std::vector<double> advantages = result.download();
    CHECK(std::isnan(advantages[0]));
    CHECK(std::isnan(advantages[1]));
    CHECK(advantages[2] == -0.5);
    CHECK(advantages[3] == 0.5);
}
