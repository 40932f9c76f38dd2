// Rollouts: texts that the model writes itself, with all that a policy gradient has to know of how
// they came about.
//
// The policy is threshold decoding with sampled tokens. Which positions a step reveals follows from
// the state alone: those whose most probable token has a probability above the threshold, and at
// least the surest one (order_sampling.h, without noise). What they become is sampled. So the
// probability of a rollout is that of its tokens, exactly:
//
//   log p(tau) = sum over steps s, positions i revealed by s, of log p(x[i] | x_s)
//
// It is the score of chapter 5, of the text that came out. (Chapter 3's decoder asks whether the
// *sampled* token is above the threshold: then the tokens that were drawn and thrown away decide,
// too, what is revealed, and log p(tau) would have to know of them.)
#pragma once

#include "trajectory_selection/trajectory.h"

namespace seed {

struct RolloutOptions {
    double threshold = 0.9;  // in [0, 1]
    double temperature = 1;  // of the tokens, >= 0; log p is that of temperature 1 in any case
    Index group = 8;         // G: rollouts per prompt
    Index block = 0;         // b: block after block of so many, block-causal; 0: the whole canvas
    std::int32_t eos = -1;   // a text of blocks ends with the block that holds it; -1: nowhere
};

struct Rollout {
    std::vector<std::int32_t> ids;  // (T), prompt and text
    Trajectory trajectory;          // its score is log p(tau), in nats
};

// options.group rollouts of each prompt, prompt by prompt, on canvases of `positions` tokens, side
// by side: rollout g of prompt s is decided by key.fork(s).fork(g), the model and the prompt.
//
// By blocks: position i belongs to block i / b, attention is block-causal, a step reveals positions
// of the first block that is not full, and behind the block with the first eos all is eos, given.
// Throws Error for no prompt, one that leaves no room, a group below 1, and options out of range.
template <class Space>
std::vector<Rollout> roll_out(Transformer<Space>& model,
                              const std::vector<std::vector<std::int32_t>>& prompts,
                              Index positions, const RolloutOptions& options, RandomKey key);

void check_rollouts(const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
                    const RolloutOptions& options);

}  // namespace seed
