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

// Which of the positions that a state masks are learned from it.
//   revealed  those that its step reveals: the policy gradient of the trajectory as it was
//   jump      those that it and its next steps reveal, up to a later state drawn uniformly: a pair
//             of states as if one step lay between them
//   masked    all: as if the rest were a single step
enum class StepTargets { revealed, jump, masked };

StepTargets step_targets_from(std::string_view name);  // throws Error on an unknown name
std::string_view step_targets_name(StepTargets targets);

struct PolicySample {
    Index states = 16;   // S
    double first = 0.5;  // share of them that are the first state of their trajectory, all masked
    StepTargets targets = StepTargets::masked;
    Index block = 0;  // b: of rollouts by blocks
};

// Throws Error for no state, a share outside [0, 1] and a block below 0.
void check_policy_sample(const PolicySample& sample);

// S states of the rollouts whose advantage is not 0, in place of all. State b is one of rollout
// floor((b + u) K / S) of these K, and of its states drawn uniformly, but for floor(first S) of the
// S that are the first. A state's targets share the weight A K / (R S), R rollouts in all; with
// `revealed` and first = 0 that is policy_batch in expectation where all steps reveal as many.
//
// Of rollouts by blocks a state learns nothing beyond its own block, "the first" is the first state
// of a block, and the batch's attention is block-causal.
//
// Empty (batch 0) where no advantage is left. Throws Error where policy_batch does.
TrainingBatch sampled_policy_batch(const std::vector<Rollout>& rollouts,
                                   std::span<const double> advantages, const PolicySample& sample,
                                   std::int32_t mask_token, RandomKey key);

}  // namespace seed
