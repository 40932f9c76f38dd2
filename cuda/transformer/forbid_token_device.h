// forbid_token of transformer/cross_entropy.h on the device.
#pragma once

#include "core/device_array.h"

namespace seed {

// Sets column `token` of logits (N, V) to -inf: the model never predicts the mask token
// (Seed Diffusion, below eq. 4). A thread per row.
void forbid_token(DeviceView<float> logits, std::int32_t token);

}  // namespace seed
