// transformer/few_rows.h on the device: matmul_forward's kernel warp_per_column.
#pragma once

#include "core/device_array.h"

namespace seed {

// y (N, O), x (N, I), weight (O, I).
void matmul_few_rows(DeviceView<float> y, DeviceView<const float> x,
                     DeviceView<const float> weight);

}  // namespace seed
