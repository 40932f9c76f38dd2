// trajectory_selection/score.h on the device. No atomics: which numbers are added in which order
// depends on the length of a part alone, so that two runs give the same bits.
#pragma once

#include <span>
#include <vector>

#include "core/device_array.h"
#include "trajectory_selection/score.h"

namespace seed {

// As on the host.
std::vector<double> score_steps(DeviceView<const float> logits,
                                std::span<const std::int32_t> targets,
                                std::span<const Index> first_row);
void segmented_sum(DeviceView<double> sums, DeviceView<const double> values,
                   std::span<const Index> first_row);

// The ladder: segmented_sum uses the last. The first adds in the host's order, the last adds 32
// partial sums, of every 32nd value each.
void segmented_sum_thread_per_segment(DeviceView<double> sums, DeviceView<const double> values,
                                      std::span<const Index> first_row);
void segmented_sum_warp_per_segment(DeviceView<double> sums, DeviceView<const double> values,
                                    std::span<const Index> first_row);

}  // namespace seed
