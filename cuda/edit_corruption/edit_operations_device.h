// edit_corruption/edit_operations.h on the device, for a batch of canvases at once.
#pragma once

#include <span>

#include "core/device_array.h"
#include "edit_corruption/edit_operations.h"

namespace seed {

// Row b of xt (B, T) is edit_tokens(row b of x0, prompt_lengths[b], counts[b], vocabulary,
// keys[b]).ids, bit for bit: both sides draw by the functions of edit_draws.h. Throws Error where
// the sizes do not fit, for a prompt outside the canvas, a count < 0, and a vocabulary with fewer
// than two ordinary tokens.
void edit_tokens(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                 std::span<const Index> prompt_lengths, std::span<const Index> counts,
                 const EditVocabulary& vocabulary, std::span<const RandomKey> keys);

// The ladder: edit_tokens uses the last, or the first for canvases of more than 6,000 tokens, of
// which two do not fit into the shared memory of a block.
void edit_tokens_thread_per_canvas(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                                   std::span<const Index> prompt_lengths,
                                   std::span<const Index> counts, const EditVocabulary& vocabulary,
                                   std::span<const RandomKey> keys);
void edit_tokens_block_per_canvas(DeviceView<std::int32_t> xt, DeviceView<const std::int32_t> x0,
                                  std::span<const Index> prompt_lengths,
                                  std::span<const Index> counts, const EditVocabulary& vocabulary,
                                  std::span<const RandomKey> keys);

}  // namespace seed
