// The kernels of cuda/step_reduction/advantages.cu.
#include <cmath>

#include "step_reduction/advantages_device.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using Advantages = decltype(policy_advantages_thread_per_group);

// Group by group: all right, all wrong, both, verdicts between; all with the same cost; all alike.
struct Rollouts {
    std::vector<double> verdicts, costs;  // (R)

    Rollouts(Index groups, Index group, RandomKey key) {
        RandomStream random(key.fork("rollouts"), 0);
        for (Index g = 0; g < groups; ++g) {
            const double cost = random.uniform();
            for (Index i = 0; i < group; ++i) {
                const double kinds[] = {
                    1, 0, double(random.below(2)), random.uniform(), double(random.below(2)), 1};
                verdicts.push_back(kinds[g % 6]);
                costs.push_back(g % 6 >= 4 ? cost : random.uniform());
            }
        }
    }
};

// A group's deviation is 0 or far from it, so that the division is no trap.
void verify_advantages(Advantages* launch, const Shape& s, Report& report) {
    const Index groups = s[0], group = s[1], rollouts = groups * group;
    const Rollouts numbers(groups, group, report.key());
    using Numbers = HostView<const double>;
    const auto verdicts = report.given("verdicts", Numbers{numbers.verdicts.data(), rollouts, 1});
    const auto costs = report.given("costs", Numbers{numbers.costs.data(), rollouts, 1});
    for (const RewardShape shape : {RewardShape::multiplicative, RewardShape::additive}) {
        for (const bool normalise : {false, true}) {
            const AdvantageOptions options{shape, 0.75, normalise};
            const auto advantages = report.output<double>(
                fmt::format("{}advantages of {} rewards", normalise ? "normalised " : "",
                            shape == RewardShape::additive ? "additive" : "multiplicative"),
                rollouts, 1);
            launch(advantages.view(), verdicts.view(), costs.view(), group, options);
            std::vector<double> rewards;
            for (std::size_t i = 0; i < numbers.verdicts.size(); ++i) {
                rewards.push_back(
                    reward_of(numbers.verdicts[i], numbers.costs[i], shape, options.beta));
            }
            const std::vector<double> plain = group_advantages(rewards, group, false);
            const std::vector<double> expected = group_advantages(rewards, group, normalise);
            report.expect(advantages, [&](Index i, Index) {
                // A reward is at most 1.75, off by a few roundings; a mean by one more a term
                const double error = 1.75 * (double(group) + 12) * roundoff<double>;
                double variance = 0;
                for (Index k = i / group * group; k < (i / group + 1) * group; ++k) {
                    variance += plain[std::size_t(k)] * plain[std::size_t(k)] / double(group);
                }
                const double deviation = std::sqrt(variance), value = expected[std::size_t(i)];
                if (!normalise || deviation < least_deviation) return Bounded{value, error};
                return Bounded{value, 2 * error * (1 + std::abs(value)) / deviation};
            });
        }
    }
}

// Around a warp's 32 rollouts, around a block's 128 groups (or 4)
const std::vector<Shape> shapes{{1, 2},  {6, 2},  {7, 8},   {12, 31}, {6, 32},
                                {9, 33}, {6, 70}, {127, 4}, {128, 3}, {129, 2}};

const RegisterKernels advantages{
    "step_reduction/advantages.cu",
    {kernel_case("policy_advantages/thread_per_group", "S G", shapes,
                 policy_advantages_thread_per_group, verify_advantages),
     kernel_case("policy_advantages/warp_per_group", "S G", shapes,
                 policy_advantages_warp_per_group, verify_advantages)}};

}  // namespace
}  // namespace seed
