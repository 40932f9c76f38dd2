// What trajectory selection is worth: from one model of stage 2, the same steps on
//
//   selected    the best trajectories of a pool
//   random      the first control: those, with their positions assigned to the steps at random
//   elbo        the second: no trajectories, but the training before it, on texts of its own
//   unselected  the third: trajectories of the same pool, drawn at random
//
// beside start, that model itself, and baseline, an autoregressive one of its size, trained for a
// sixth of the steps of both stages. All arms of a seed share one pool. Their rows have the figures
// of model_figures.h and
//
//   family              of the world
//   curve               pass_at_1, calls_per_sample and tokens_per_call of each budget
//                       (speed_curve.h)
//   chain_rule_selected, chain_rule_random
//                       nats per token of 64 held-out texts along trajectories drawn by `start`:
//                       the best of each text's pool, and those with their steps shuffled
//   pool                of the arms with a pool: what was drawn and kept (distillation.h)
//   orders              of 32 held-out texts in the model's own order, one token each, and of the
//                       pool that the arm was trained on (order_report.h)
//
// The runs lie in FOLDER/seed_S/; stage_1 and stage_2 are those of the ablation of edit corruption.
#pragma once

#include "evaluation/ablation.h"

namespace seed {

// How the model of stage 2 is fine-tuned in an arm that distils. Throws Error for another one.
RunConfig distillation_of_arm(const RunConfig& origin, const DistillationSize& size,
                              const std::string& arm);

Ablation trajectory_selection_ablation();

}  // namespace seed
