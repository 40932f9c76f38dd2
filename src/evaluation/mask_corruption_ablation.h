// What the weights of eq. 5 and the way to draw masks are worth, in training on masks alone.
//
//   bound     weights as eq. 5 has them, the number of masks drawn uniformly: the default
//   level     the same bound by a noise level, and every mask drawn by itself (`--masks level`)
//   capped    no weight above 1 (`--max-weight 1`): every masked token counts the same, no bound
//
// All are trained from the same first weights on the same texts. A row has
//
//   choices                 of the world: free or fixed
//   nelbo_nats_per_token, limit_nats_per_token, above_limit_nats_per_token
//                           as in model_figures.h
//   curve                   pass_at_1, calls_per_sample and tokens_per_call of 4 and 32 fixed steps
//                           and of the thresholds 0.9 and 0.98 (speed_curve.h)
//
// The runs lie in FOLDER/seed_S/CHOICES/ARM.
#pragma once

#include "evaluation/ablation.h"

namespace seed {

// How an arm trains: as `config` says, but for the masks' draw or weights, and without edits.
RunConfig mask_corruption_training(RunConfig config, const std::string& arm);

Ablation mask_corruption_ablation();

}  // namespace seed
