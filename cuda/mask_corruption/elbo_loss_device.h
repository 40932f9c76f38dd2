// mask_corruption/elbo_loss.h on the device. No atomics: which numbers are added in which order
// depends on their count alone, so that two runs give the same bits.
#pragma once

#include <span>

#include "core/device_array.h"

namespace seed {

// sum_m weights[m] losses[m] in double, losses (M, 1).
double elbo_loss(DeviceView<const float> losses, std::span<const double> weights);

// The ladder, with loss (1, 1) and weights (M, 1) on the device: elbo_loss uses the last.
void elbo_loss_one_thread(DeviceView<double> loss, DeviceView<const float> losses,
                          DeviceView<const double> weights);
void elbo_loss_one_block(DeviceView<double> loss, DeviceView<const float> losses,
                         DeviceView<const double> weights);
void elbo_loss_many_blocks(DeviceView<double> loss, DeviceView<const float> losses,
                           DeviceView<const double> weights);

}  // namespace seed
