// Chapter 6.
#include <cmath>

#include "step_reduction/reward.h"
#include "tests/exercises/code_check.h"

namespace seed {
namespace {

using Advantages = std::vector<double>(std::span<const double>, Index, bool);

// By pairs: an advantage is the mean of the reward's distances to all G rewards, and the variance
// is half the mean square of all distances.
double expected_advantage(std::span<const double> group, std::size_t i, bool normalise) {
    const auto n = double(group.size());
    double distance = 0, squares = 0;
    for (const double other : group) {
        distance += (group[i] - other) / n;
        for (const double another : group) squares += (other - another) * (other - another);
    }
    const double deviation = std::sqrt(squares / (2 * n * n));
    return normalise && deviation >= 1e-9 ? distance / deviation : distance;
}

// A reward that is not finite is an error.
void require_refusal(const Student<Advantages>& advantages, std::vector<double> rewards,
                     Index group, bool normalise) {
    for (const double bad : {std::nan(""), double(INFINITY)}) {
        rewards.back() = bad;
        const bool is_refused = advantages.with([&](Advantages* function) {
            try {
                function(rewards, group, normalise);
                return false;
            } catch (const Error&) {
                return true;
            }
        });
        require(is_refused, "a reward of {}: expected an Error, got none", bad);
    }
}

void check_group_advantages(const Student<Advantages>& advantages, RandomKey key) {
    RandomStream stream(key, 0);
    for (const Index group : {1, 2, 5, 6, 7}) {
        std::vector<double> rewards;
        for (Index g = 0; g < 4; ++g) {
            const double level = double(stream.below(50));
            for (Index i = 0; i < group; ++i) {
                // Two groups have equal rewards, whose mean misses them by a last bit or not
                const double equal = g == 2 ? 0.1 : 0.87;
                rewards.push_back(g >= 2 ? equal : level + 0.1 * double(stream.below(10)));
            }
        }
        for (const bool normalise : {false, true}) {
            require_refusal(advantages, rewards, group, normalise);
            const std::vector<double> got = advantages(rewards, group, normalise);
            require(got.size() == rewards.size(), "expected {} advantages, got {}", rewards.size(),
                    got.size());
            for (std::size_t i = 0; i < got.size(); ++i) {
                const auto first = i - i % std::size_t(group);
                const auto own =
                    std::span<const double>(rewards).subspan(first, std::size_t(group));
                const double expected = expected_advantage(own, i - first, normalise);
                require(std::abs(got[i] - expected) < 1e-9,
                        "reward {} of the group {}{}: expected {:.6f}, got {:.6f}", rewards[i],
                        fmt::join(own, " "), normalise ? ", normalised" : "", expected, got[i]);
            }
        }
    }
}

const RegisterCodeCheck group_advantages_check{"group_advantages", "&seed::group_advantages",
                                               check_group_advantages};

}  // namespace
}  // namespace seed
