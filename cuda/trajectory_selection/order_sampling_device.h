// trajectory_selection/order_sampling.h on the device: the order of a step is drawn where the
// logits are, and only the outcome travels to the host.
//
// Two rows of a model that is sure of itself have confidences that differ in the last bits or not
// at all, and then the order hangs on them. So the sum of a row keeps the host's order of additions
// wherever an order is drawn. On the emulator the outcome is the host's bit for bit; a GPU's exp
// and log may differ from the host's in their last bit.
#pragma once

#include <span>

#include "core/device_array.h"
#include "trajectory_selection/order_sampling.h"

namespace seed {

// As on the host.
std::vector<Ordered> order_step(DeviceView<const float> logits, std::span<const OrderedText> texts);
void target_log_p(DeviceView<double> log_p, DeviceView<double> confidence,
                  DeviceView<const float> logits, std::span<const std::int32_t> targets);
void add_gumbel_noise(DeviceView<double> noisy, DeviceView<const double> confidence,
                      std::span<const double> temperatures, std::span<const RandomKey> keys,
                      std::span<const std::uint64_t> rows);

// The ladder: target_log_p uses the last, which adds up a row as the first does.
void target_log_p_thread_per_row(DeviceView<double> log_p, DeviceView<double> confidence,
                                 DeviceView<const float> logits,
                                 std::span<const std::int32_t> targets);
void target_log_p_warp_per_row(DeviceView<double> log_p, DeviceView<double> confidence,
                               DeviceView<const float> logits,
                               std::span<const std::int32_t> targets);
void target_log_p_rows_in_tiles(DeviceView<double> log_p, DeviceView<double> confidence,
                                DeviceView<const float> logits,
                                std::span<const std::int32_t> targets);

void add_gumbel_noise_thread_per_row(DeviceView<double> noisy, DeviceView<const double> confidence,
                                     std::span<const double> temperatures,
                                     std::span<const RandomKey> keys,
                                     std::span<const std::uint64_t> rows);

}  // namespace seed
