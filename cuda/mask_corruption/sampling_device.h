// mask_corruption/sampling.h on the device: log-softmax and choice of a token for every row of
// logits, all in double.
//
// A sum or a logarithm may differ from the host's in its last bits. The choice is the same wherever
// the best score leads by more than that, some 1e-14; two equal logits give equal log p on either
// side, so that a tie stays a tie and goes to the smaller id.
#pragma once

#include <span>

#include "core/device_array.h"
#include "core/philox.h"
#include "mask_corruption/sampling.h"

namespace seed {

// choose_token for every row of logits (M, V), with its own key and the row of that key's numbers.
std::vector<TokenChoice> choose_tokens(DeviceView<const float> logits, double temperature,
                                       std::span<const RandomKey> keys,
                                       std::span<const std::uint64_t> key_rows);

// The same with the results left on the device: tokens (M, 1), probabilities (M, 1).
void choose_tokens(DeviceView<std::int32_t> tokens, DeviceView<double> probabilities,
                   DeviceView<const float> logits, double temperature,
                   std::span<const RandomKey> keys, std::span<const std::uint64_t> key_rows);

// The ladder: choose_tokens uses the last.
void choose_tokens_thread_per_row(DeviceView<std::int32_t> tokens, DeviceView<double> probabilities,
                                  DeviceView<const float> logits, double temperature,
                                  std::span<const RandomKey> keys,
                                  std::span<const std::uint64_t> key_rows);
void choose_tokens_warp_per_row(DeviceView<std::int32_t> tokens, DeviceView<double> probabilities,
                                DeviceView<const float> logits, double temperature,
                                std::span<const RandomKey> keys,
                                std::span<const std::uint64_t> key_rows);

}  // namespace seed
