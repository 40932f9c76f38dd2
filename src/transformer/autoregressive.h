// The autoregressive baseline: the same class, trained to predict the next token under the causal
// mask, and decoded left to right.
#pragma once

#include "transformer/canvas.h"

namespace seed {

// Position t predicts token t + 1 wherever that token lies behind the prompt and is content, each
// with weight 1 / (number of such tokens in the batch).
TrainingBatch next_token_batch(const std::vector<Canvas>& canvases);

// -log p(content behind the prompt | prompt) of every canvas, in nats. By the chain rule one call
// of the model gives it exactly.
template <class Space>
std::vector<double> autoregressive_nll(Transformer<Space>& model,
                                       const std::vector<Canvas>& canvases);

struct AutoregressiveResult {
    std::vector<std::vector<std::int32_t>> completions;  // up to, and without, the first eos
    std::vector<Index> calls;                            // model calls that each one needed
};

// Greedy search: appends the most probable token until eos or the canvas is full. Without a KV
// cache: every call runs over all tokens so far. All prompts are decoded side by side. Throws Error
// for a prompt that is empty or leaves no room.
template <class Space>
AutoregressiveResult greedy_decode(Transformer<Space>& model,
                                   const std::vector<std::vector<std::int32_t>>& prompts,
                                   Index positions, std::int32_t eos);

}  // namespace seed
