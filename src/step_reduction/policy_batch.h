// The policy gradient as a training batch.
//
//   grad E[r] = E[ A grad log p(tau) ],   log p(tau) = sum over s, i of log p(x[i] | x_s)
//
// So its loss is a weighted cross entropy over the recorded states: every state is a text of the
// batch, the positions that its step reveals have the rollout's own tokens as targets, and the
// weight A / (number of rollouts) / (tokens of a rollout). Weights may be negative: what was worse
// than its group is made less likely.
#pragma once

#include "step_reduction/rollout.h"
#include "transformer/transformer.h"

namespace seed {

// The states of all rollouts whose advantage is not 0; empty (batch 0) where there is none. Throws
// Error where the numbers differ or an advantage is not finite.
TrainingBatch policy_batch(const std::vector<Rollout>& rollouts, std::span<const double> advantages,
                           std::int32_t mask_token);

}  // namespace seed
