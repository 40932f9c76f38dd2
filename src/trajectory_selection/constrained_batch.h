// Constrained-order fine-tuning (Seed Diffusion, eq. 9): the model is trained on the states of the
// trajectories that were kept, and on no others.
//
//   L = E over kept trajectories and their states x_s of  -lambda(x_s) log p(x0 | f(x_s))
//
// f is a light edit corruption of what can be seen. It substitutes and does nothing else: masks
// have places, and a token that was inserted would move all that follows away from theirs. The sum
// goes over the positions that are masked, or visible and not x0's token; lambda is one over their
// number, so that every state counts the same.
#pragma once

#include "edit_corruption/edit_batch.h"
#include "trajectory_selection/trajectory.h"

namespace seed {

// The weight of a position that counts. by_state: 1 / (their number in the state), lambda of eq. 9
// as decided above. by_position: the same for all positions of the batch, so that a state counts
// by its masks. Either way the weights of a batch add up to 1.
enum class StateWeight { by_state, by_position };

StateWeight state_weight_from(std::string_view name);  // "state", "position"; throws Error
std::string_view state_weight_name(StateWeight weight);

struct ConstrainedLoss {
    StateWeight weight = StateWeight::by_state;
    double edited = 0.5;     // share of a step's states that f corrupts, in [0, 1], rounded down
    double max_alpha = 0.1;  // of f: alpha ~ U[0, max_alpha], in [0, 1], of each such state
};

// f: every visible ordinary token behind the prompt gives way, with probability alpha, to a uniform
// ordinary token that is another one.
std::vector<std::int32_t> substitute_visible(std::span<const std::int32_t> xs, Index prompt_length,
                                             double alpha, const EditVocabulary& vocabulary,
                                             RandomKey key);

// One state of each of the B trajectories, canvases[b] its text: step floor(u n), with u stratified
// over the batch. Throws Error where a trajectory has another length than its canvas, for a share
// or an alpha outside [0, 1], for a vocabulary without two ordinary tokens, and for an empty batch.
TrainingBatch constrained_batch(const std::vector<Canvas>& canvases,
                                const std::vector<Trajectory>& trajectories,
                                const ConstrainedLoss& loss, const EditVocabulary& vocabulary,
                                RandomKey key);

}  // namespace seed
