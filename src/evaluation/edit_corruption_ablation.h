// What stage 2 is worth: from one stage 1, the remaining steps with masks alone and with edits too.
//
//   mask_only   the control: masks only
//   stage_2     the same texts with the same masks, and the edit term beside them
//
// Both start from the same checkpoint and have the figures of model_figures.h. The runs lie in
// FOLDER/seed_S/stage_1, mask_only and stage_2.
#pragma once

#include "evaluation/ablation.h"

namespace seed {

Ablation edit_corruption_ablation();

}  // namespace seed
