#include "core/grid.h"
#include "mask_corruption/log_softmax.cuh"
#include "simt/simt.h"
#include "step_reduction/advantages_device.h"

namespace seed {
namespace {

constexpr int warp = 32;
constexpr int threads_per_block = 128;

// What a kernel has to know of a reward.
struct Reward {
    bool is_additive;
    double beta;
    bool normalise;
};

}  // namespace

// [advantages.reward]
static __device__ double reward(const Reward& r, double verdict, double cost) {
    return r.is_additive ? verdict - r.beta * cost : verdict * (1 - r.beta * cost);
}

// r - mean, over the group's standard deviation where that is wanted and the rewards differ.
static __device__ double advantage(const Reward& r, double reward, double mean, double deviation) {
    return r.normalise && deviation >= least_deviation ? (reward - mean) / deviation : reward - mean;
}
// [/advantages.reward]

// [advantages.thread_per_group]
static __global__ void advantages_in_thread(double* advantages, const double* verdicts,
                                            const double* costs, Index groups, Index group,
                                            Reward r) {
    const Index g = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (g >= groups) return;
    const Index begin = g * group, end = begin + group;
    double mean = 0, variance = 0;
    for (Index i = begin; i < end; ++i) {
        mean += reward(r, verdicts[i], costs[i]) / double(group);
    }
    for (Index i = begin; i < end; ++i) {
        const double from_mean = reward(r, verdicts[i], costs[i]) - mean;
        variance += from_mean * from_mean / double(group);
    }
    for (Index i = begin; i < end; ++i) {
        advantages[i] = advantage(r, reward(r, verdicts[i], costs[i]), mean, sqrt(variance));
    }
}
// [/advantages.thread_per_group]

// [advantages.warp_per_group]
// The same two sums, each by 32 lanes; a reward is computed three times rather than kept.
static __global__ void advantages_in_warp(double* advantages, const double* verdicts,
                                          const double* costs, Index groups, Index group,
                                          Reward r) {
    const Index g = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / warp;
    const Index lane = threadIdx.x % warp;
    if (g >= groups) return;  // a whole warp
    const Index begin = g * group + lane, end = g * group + group;
    // [exercise advantages_in_warp]
    double sum = 0, squares = 0;
    for (Index i = begin; i < end; i += warp) sum += reward(r, verdicts[i], costs[i]);
    const double mean = warp_sum(sum) / double(group);
    for (Index i = begin; i < end; i += warp) {
        const double from_mean = reward(r, verdicts[i], costs[i]) - mean;
        squares += from_mean * from_mean;
    }
    const double deviation = sqrt(warp_sum(squares) / double(group));
    for (Index i = begin; i < end; i += warp) {
        advantages[i] = advantage(r, reward(r, verdicts[i], costs[i]), mean, deviation);
    }
    // [/exercise advantages_in_warp]
}
// [/advantages.warp_per_group]

// Launches a kernel whose blocks take `groups_of_block` groups each.
template <auto Kernel>
static void launch_advantages(Index groups_of_block, DeviceView<double> advantages,
                              DeviceView<const double> verdicts, DeviceView<const double> costs,
                              Index group, const AdvantageOptions& options) {
    const Index rollouts = advantages.rows;
    require_shape(advantages, rollouts, 1, "advantages: result");
    require_shape(verdicts, rollouts, 1, "advantages: verdicts");
    require_shape(costs, rollouts, 1, "advantages: costs");
    require(group >= 1 && rollouts % group == 0,
            "advantages: expected whole groups of {} rollouts, got {} in all", group, rollouts);
    require(options.beta >= 0, "advantages: expected beta >= 0, got {}", options.beta);
    if (rollouts == 0) return;
    const Index groups = rollouts / group;
    simt::launch<Kernel>(
        {blocks_for(groups, groups_of_block), threads_per_block}, advantages.data, verdicts.data,
        costs.data, groups, group,
        Reward{options.shape == RewardShape::additive, options.beta, options.normalise});
}

void policy_advantages_thread_per_group(DeviceView<double> advantages,
                                        DeviceView<const double> verdicts,
                                        DeviceView<const double> costs, Index group,
                                        const AdvantageOptions& options) {
    launch_advantages<advantages_in_thread>(threads_per_block, advantages, verdicts, costs, group,
                                            options);
}

void policy_advantages_warp_per_group(DeviceView<double> advantages,
                                      DeviceView<const double> verdicts,
                                      DeviceView<const double> costs, Index group,
                                      const AdvantageOptions& options) {
    launch_advantages<advantages_in_warp>(threads_per_block / warp, advantages, verdicts, costs,
                                          group, options);
}

void policy_advantages(DeviceView<double> advantages, DeviceView<const double> verdicts,
                       DeviceView<const double> costs, Index group,
                       const AdvantageOptions& options) {
    policy_advantages_warp_per_group(advantages, verdicts, costs, group, options);
}

}  // namespace seed
