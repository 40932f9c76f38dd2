// What step reduction is worth, and what is paid for it. All arms of a seed start from its model of
// trajectory selection:
//
//   start           that model
//   threshold_only  the same, decoded with threshold 0.5 in place of 0.9
//   own_samples     trained on its own right programs alone: greedy, without any reward for speed
//   on_policy       the defaults of seed speedup (step_reduction_config.h)
//   and on_policy with one thing changed
//   temperature_1   tokens of rollouts drawn as the model has them, in place of temperature 0.5
//   group           8 rollouts of each prompt, and their mean reward taken off
//   revealed        what a state's own step revealed is learned: the plain policy gradient
//   progressive     the threshold of the rollouts falls from 0.9 to 0.5
//   steps_cost      the direct form of the cost, |tau|
//   additive        V - beta cost
//   model_verifier  the start's own likelihood in the place of the hidden tests
//   no_kept_terms   without the ELBO and the edit term
//   no_elbo         without the ELBO
//   kl_1, kl_3, kl_10   with a KL term of that weight
//
// Their rows have the figures of model_figures.h, of which pass_at_1, calls_per_sample and
// tokens_per_call are those of threshold 0.9 (threshold_only: 0.5), and
//
//   family       of the world
//   curve        of each budget (speed_curve.h): 1 to 32 steps, thresholds 0.5 to 0.98
//   diversity    distinct right programs of a task among 8 samples; its report is
//   samples      (diversity_report.h)
//   left_alone   share of the clean programs that repairing leaves as they are
//   speedup      of arms that train: what its rollouts were (runs/speedup.h)
//   stopped      why the training ended early, or null
#pragma once

#include "evaluation/ablation.h"

namespace seed {

Ablation step_reduction_ablation();

}  // namespace seed
