// What the launchers of step reduction refuse.
#include "step_reduction/advantages_device.h"
#include "step_reduction/surrogate_device.h"
#include "tests/support/refusals.h"

using namespace seed;
using Firsts = std::vector<Index>;

TEST_CASE("distances are of states of trajectories that all positions are cut into", "[refusals]") {
    const auto column = shaped<std::int32_t>(5, 1), wrong = shaped<std::int32_t>(5, 2);
    const auto result = shaped<std::int32_t>(4, 1);  // 3 pairs of two steps, 1 of one
    const Firsts bounds{0, 2, 5}, steps{2, 1};
    for (auto* distances : {state_distances_thread_per_pair, state_distances_warp_per_pair}) {
        const auto call = [&](auto out, auto tokens, auto reveal, const Firsts& first,
                              const Firsts& n) {
            return [=] { distances(out, StateBatch{tokens, reveal, first, n, 3}); };
        };
        check_refusals({
            {call(result, wrong, column, bounds, steps),
             shape("state distances: tokens", "5, 1", "5, 2")},
            {call(result, column, wrong, bounds, steps),
             shape("state distances: reveal", "5, 1", "5, 2")},
            {call(shaped<std::int32_t>(3, 1), column, column, bounds, steps),
             shape("state distances: result", "4, 1", "3, 1")},
            {call(result, column, column, bounds, Firsts{0, 1}),
             "state distances: expected 1 ... 2 steps of as many positions, got 0"},
            {call(result, column, column, bounds, Firsts{2, 4}),
             "state distances: expected 1 ... 3 steps of as many positions, got 4"},
        });
        for (const Firsts& other : {Firsts{}, Firsts{0, 5}, Firsts{1, 2, 5}, Firsts{0, 2, 4}}) {
            check_refusals(
                {{call(result, column, column, other, steps),
                  "state distances: expected 5 positions cut into 2 parts, got other bounds"}});
        }
    }
    const auto many = shaped<std::int32_t>(1024, 1), one = shaped<std::int32_t>(1, 1);
    const Firsts whole{0, 1024}, single{1};
    check_refusals(
        {{[&] {
              state_distances_warp_per_pair(one, StateBatch{many, many, whole, single, 3});
          },
          "state distances: expected at most 1023 positions, got 1024"}});
}

TEST_CASE("a mean is of parts that all distances are cut into, none of them empty", "[refusals]") {
    const auto means = shaped<double>(2, 1);
    const auto distances = shaped<std::int32_t>(5, 1);
    const Firsts bounds{0, 2, 5};
    for (auto* mean : {mean_inverse_thread_per_trajectory, mean_inverse_warp_per_trajectory}) {
        check_refusals({{[&] { mean(shaped<double>(2, 3), distances, bounds); },
                         shape("mean inverse: means", "2, 1", "2, 3")},
                        {[&] { mean(means, shaped<std::int32_t>(5, 2), bounds); },
                         shape("mean inverse: distances", "5, 1", "5, 2")},
                        {[&] {
                             mean(means, distances, Firsts{0, 5, 5});
                         },
                         "mean inverse: expected a distance in every part, got none in part 1"},
                        {[&] {
                             mean(means, distances, Firsts{0, 4});
                         },
                         "mean inverse: expected 5 distances cut into 2 parts, got other bounds"}});
    }
}

TEST_CASE("advantages take a verdict and a cost for each rollout, in whole groups", "[refusals]") {
    const auto column = shaped<double>(6, 1), wrong = shaped<double>(6, 2);
    for (auto* advantages :
         {policy_advantages_thread_per_group, policy_advantages_warp_per_group}) {
        check_refusals(
            {{[&] { advantages(wrong, column, column, 3, {}); },
              shape("advantages: result", "6, 1", "6, 2")},
             {[&] { advantages(column, wrong, column, 3, {}); },
              shape("advantages: verdicts", "6, 1", "6, 2")},
             {[&] { advantages(column, column, wrong, 3, {}); },
              shape("advantages: costs", "6, 1", "6, 2")},
             {[&] { advantages(column, column, column, 4, {}); },
              "advantages: expected whole groups of 4 rollouts, got 6 in all"},
             {[&] { advantages(column, column, column, 0, {}); },
              "advantages: expected whole groups of 0 rollouts, got 6 in all"},
             {[&] {
                  advantages(column, column, column, 3, {RewardShape::additive, -1, false});
              },
              "advantages: expected beta >= 0, got -1"}});
    }
}
