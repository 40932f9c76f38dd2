// Prefix sums: where each of many pieces of known length begins when they are laid end to end.
#pragma once

#include "core/device_array.h"

namespace seed {

// sums (1, N + 1), values (1, N): sums[i] = values[0] + ... + values[i - 1], so that sums[0] is 0
// and sums[N] the total.
void prefix_sum(DeviceView<Index> sums, DeviceView<const Index> values);

// The ladder: prefix_sum uses the last.
void prefix_sum_one_thread(DeviceView<Index> sums, DeviceView<const Index> values);
void prefix_sum_one_block(DeviceView<Index> sums, DeviceView<const Index> values);
void prefix_sum_many_blocks(DeviceView<Index> sums, DeviceView<const Index> values);

}  // namespace seed
