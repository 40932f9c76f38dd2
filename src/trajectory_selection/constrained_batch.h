// Constrained-order fine-tuning (Seed Diffusion, eq. 9): the model is trained on the states of the
// trajectories that were kept, and on no others.
//
//   L = E over kept trajectories and their states x_s of  -lambda(x_s) log p(x0 | f(x_s))
//
// f is a light edit corruption of what can be seen: without it the model forgets to mistrust it.
// The sum goes over the positions that are masked, or visible and not x0's token; lambda is one
// over their number, so that every state counts the same.
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
    double max_alpha = 0.1;  // of f: alpha ~ U[0, max_alpha], in [0, 1]
};

// One state of each of the B trajectories, canvases[b] its text: step floor(u n), with u stratified
// over the batch. f edits the clean text (edit_operations.h); then what the state has masked is
// masked, at the positions of x0. Throws Error where edit_tokens does, where a trajectory is not
// one of its canvas, and for an empty batch.
TrainingBatch constrained_batch(const std::vector<Canvas>& canvases,
                                const std::vector<Trajectory>& trajectories,
                                const ConstrainedLoss& loss, const EditVocabulary& vocabulary,
                                RandomKey key);

}  // namespace seed
