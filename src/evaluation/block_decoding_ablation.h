// What it costs to decode block by block, before and after trajectory selection and step reduction,
// and with a training for blocks.
//
//   stage_2     the model of chapter 4
//   selected    that one after trajectory selection
//   on_policy   that one after step reduction, on the whole canvas: the defaults of seed speedup
//   blocks_8, blocks_16, blocks_32   on_policy after as many steps again by blocks of that size:
//               its rollouts are written, and learned, block by block; the ELBO that stays on is
//               that of a block behind clean ones
//
// The first three have never seen a canvas without its end. The rows have
//
//   family                 of the world
//   curve                  at threshold 0.9: the whole canvas, and blocks of 4, 8, 16, 32 and 64,
//                          block-causal (speed_curve.h)
//   pass_at_1, calls_per_sample, tokens_per_call   the whole canvas's; of blocks_b those of its
//                          blocks
//   speedup                of arms that reduce steps: what their rollouts were (runs/speedup.h)
//   stopped                why the training ended early, or null
#pragma once

#include "evaluation/ablation.h"

namespace seed {

Ablation block_decoding_ablation();

}  // namespace seed
