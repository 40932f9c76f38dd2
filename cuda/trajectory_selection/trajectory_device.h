// trajectory_selection/trajectory.h on the device: the states of a batch of trajectories.
#pragma once

#include <span>

#include "core/device_array.h"
#include "trajectory_selection/trajectory.h"

namespace seed {

// As on the host: row p of xt (P, T) is x0 before step steps[p] of the trajectory in row p of
// reveal (P, T).
void trajectory_states(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                       DeviceView<const std::int32_t> reveal, std::span<const Index> steps,
                       std::int32_t mask_token);

// The ladder: trajectory_states uses the last, where all three arrays begin on a boundary of 16
// bytes; without that the last throws.
void trajectory_states_thread_per_token(DeviceView<std::int32_t> xt,
                                        DeviceView<const std::int32_t> x0,
                                        DeviceView<const std::int32_t> reveal,
                                        std::span<const Index> steps, std::int32_t mask_token);
void trajectory_states_four_per_thread(DeviceView<std::int32_t> xt,
                                       DeviceView<const std::int32_t> x0,
                                       DeviceView<const std::int32_t> reveal,
                                       std::span<const Index> steps, std::int32_t mask_token);

}  // namespace seed
