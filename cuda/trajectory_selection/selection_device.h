// trajectory_selection/selection.h on the device: the same rows, exactly.
#pragma once

#include <span>

#include "core/device_array.h"
#include "trajectory_selection/selection.h"

namespace seed {

// As on the host.
void segmented_top_k(DeviceView<std::int32_t> best, DeviceView<const double> scores,
                     std::span<const Index> first_row);

// The ladder: segmented_top_k uses the last.
void segmented_top_k_thread_per_segment(DeviceView<std::int32_t> best,
                                        DeviceView<const double> scores,
                                        std::span<const Index> first_row);
void segmented_top_k_rank_per_thread(DeviceView<std::int32_t> best, DeviceView<const double> scores,
                                     std::span<const Index> first_row);

}  // namespace seed
