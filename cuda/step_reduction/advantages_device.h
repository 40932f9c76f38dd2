// Rewards and group-relative advantages of step_reduction/reward.h on the device.
#pragma once

#include "core/device_array.h"
#include "step_reduction/reward.h"

namespace seed {

struct AdvantageOptions {
    RewardShape shape = RewardShape::multiplicative;
    double beta = 1;
    bool normalise = false;
};

// advantages (R, 1) of rollouts with verdicts and costs (R, 1), `group` of them one behind the
// other for each prompt: reward_of, then group_advantages. A verdict or cost that is not finite
// gives its whole group NaN: the host refuses it. Throws Error where the shapes do not fit, R is no
// whole number of groups, and for a beta below 0.
void policy_advantages(DeviceView<double> advantages, DeviceView<const double> verdicts,
                       DeviceView<const double> costs, Index group,
                       const AdvantageOptions& options);

// The ladder: policy_advantages uses the last.
void policy_advantages_thread_per_group(DeviceView<double> advantages,
                                        DeviceView<const double> verdicts,
                                        DeviceView<const double> costs, Index group,
                                        const AdvantageOptions& options);
void policy_advantages_warp_per_group(DeviceView<double> advantages,
                                      DeviceView<const double> verdicts,
                                      DeviceView<const double> costs, Index group,
                                      const AdvantageOptions& options);

}  // namespace seed
