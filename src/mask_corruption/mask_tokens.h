// The forward process: x0 becomes xt by replacing tokens with the mask token (Seed Diffusion,
// eq. 1), and the training batch that the evidence lower bound makes of it (eq. 5).
#pragma once

#include "core/philox.h"
#include "mask_corruption/noise_schedule.h"
#include "transformer/canvas.h"

namespace seed {

// xt (T): x0 with position i masked where uniform_float(key, i, 0) < probability. The first
// prompt_length positions are never touched.
std::vector<std::int32_t> mask_tokens(std::span<const std::int32_t> x0, Index prompt_length,
                                      double probability, std::int32_t mask_token, RandomKey key);

// The weight of a masked position in the loss: min(gamma'(t) / gamma(t), max_weight). No weight of
// a noise level in [1e-3, 1] is above the default: the loss estimates the NELBO (eq. 5). With 1,
// every masked token counts the same, and the loss is no bound.
struct LossWeight {
    NoiseSchedule schedule = NoiseSchedule::linear;
    double max_weight = 2000;  // > 0
};

// Masks every canvas at its own stratified noise level t. A masked position has the weight above,
// divided by the number of maskable positions in the batch, any other has 0: the loss is in nats
// per maskable position.
TrainingBatch masked_batch(const std::vector<Canvas>& canvases, const LossWeight& loss,
                           std::int32_t mask_token, RandomKey key);

}  // namespace seed
