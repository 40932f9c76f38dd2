// What a model learns that is to decode by blocks: block k of a text from a state in which the
// blocks before it are clean, as they are when they are finished, and those behind it cannot be
// seen.
//
//   log p(x) = sum over blocks k of log p(x_k | x_<k)
//
// and each term has the bound of eq. 5, as a text of its own whose prompt is all that stands before
// it. With full attention a model learns something else: it sees where the canvas ends.
#pragma once

#include "mask_corruption/mask_tokens.h"

namespace seed {

// masked_batch of one block of each text, drawn uniformly among those that hold a part of its
// completion or its eos: text b is decided by key.fork(b). All texts have the same weight;
// attention is block-causal. Throws Error for a block below 1.
TrainingBatch masked_block_batch(const std::vector<Canvas>& canvases, const LossWeight& loss,
                                 Index block, std::int32_t mask_token, RandomKey key);

}  // namespace seed
