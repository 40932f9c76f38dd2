// mask_corruption/entropy.h on the device.
#pragma once

#include <span>

#include "core/device_array.h"
#include "mask_corruption/entropy.h"

namespace seed {

// entropies (M, 1) of the rows of logits (M, V), in double. The ladder:
//   thread_per_row   the host's loops and their order
//   warp_per_row     32 lanes share a row
void row_entropies_thread_per_row(DeviceView<double> entropies, DeviceView<const float> logits);
void row_entropies_warp_per_row(DeviceView<double> entropies, DeviceView<const float> logits);

// revealed (M, 1) becomes 1 where within_entropy_bound has the row, 0 elsewhere; rows first_row[b]
// ... first_row[b + 1] - 1 belong to text b, so that first_row has B + 1 numbers. The ladder:
//   thread_per_text  a thread goes through all pairs of a text's rows
//   thread_per_row   a thread adds up what is surer than its own row: nobody waits for anybody
void reveal_within_bound_thread_per_text(DeviceView<std::int32_t> revealed,
                                         DeviceView<const double> entropies,
                                         std::span<const Index> first_row, double bound);
void reveal_within_bound_thread_per_row(DeviceView<std::int32_t> revealed,
                                        DeviceView<const double> entropies,
                                        std::span<const Index> first_row, double bound);

}  // namespace seed
