// The reveal step of mask_corruption/denoise.h on the device: tokens are chosen and positions
// picked where the logits are, and only the outcome travels to the host.
#pragma once

#include "core/device_array.h"
#include "mask_corruption/denoise.h"

namespace seed {

// As on the host. logits (M, V) holds a row for each masked position, text by text.
std::vector<Reveal> reveal_step(DeviceView<const float> logits, std::span<const TextStep> texts,
                                const DenoiseOptions& options);

// The ladder of the rules. revealed (M, 1) becomes 1 where a position is revealed, 0 elsewhere;
// rows first_row[b] ... first_row[b + 1] - 1 belong to text b, so that first_row has B + 1 numbers.

// threshold: every row above it, or else the text's most probable one (ties to the first).
void reveal_above_thread_per_text(DeviceView<std::int32_t> revealed,
                                  DeviceView<const double> probabilities,
                                  std::span<const Index> first_row, double threshold);
void reveal_above_block_per_text(DeviceView<std::int32_t> revealed,
                                 DeviceView<const double> probabilities,
                                 std::span<const Index> first_row, double threshold);

// count: the counts[b] most probable rows of text b (ties to the first), at most all of them.
void reveal_count_thread_per_text(DeviceView<std::int32_t> revealed,
                                  DeviceView<const double> probabilities,
                                  std::span<const Index> first_row, std::span<const Index> counts);
void reveal_count_rank_per_thread(DeviceView<std::int32_t> revealed,
                                  DeviceView<const double> probabilities,
                                  std::span<const Index> first_row, std::span<const Index> counts);

// ancestral: row i of text b where uniform_double(keys[b], steps[b], i) < chances[b].
void reveal_at_random_block_per_text(DeviceView<std::int32_t> revealed,
                                     std::span<const Index> first_row,
                                     std::span<const double> chances, std::span<const Index> steps,
                                     std::span<const RandomKey> keys);

}  // namespace seed
