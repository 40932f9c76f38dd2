// mask_corruption/mask_tokens.h on the device, for a batch of sequences at once.
#pragma once

#include <span>

#include "core/device_array.h"
#include "core/philox.h"

namespace seed {

// Row b of xt (B, T) is mask_tokens(row b of x0, prompt_lengths[b], probabilities[b], mask_token,
// keys[b]), bit for bit: the same counters give the same uniform numbers.
void mask_tokens(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                 std::span<const Index> prompt_lengths, std::span<const double> probabilities,
                 std::int32_t mask_token, std::span<const RandomKey> keys);

// The ladder: mask_tokens uses the last, where both arrays begin on a boundary of 16 bytes; without
// that the last throws.
void mask_tokens_thread_per_token(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                                  std::span<const Index> prompt_lengths,
                                  std::span<const double> probabilities, std::int32_t mask_token,
                                  std::span<const RandomKey> keys);
void mask_tokens_four_per_thread(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                                 std::span<const Index> prompt_lengths,
                                 std::span<const double> probabilities, std::int32_t mask_token,
                                 std::span<const RandomKey> keys);

}  // namespace seed
