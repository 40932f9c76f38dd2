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

// Masks every canvas at its own stratified noise level t. A masked position's weight is
// (gamma'(t) / gamma(t)) / (number of maskable positions in the batch), any other's is 0: the loss
// estimates the NELBO in nats per maskable position.
TrainingBatch masked_batch(const std::vector<Canvas>& canvases, NoiseSchedule schedule,
                           std::int32_t mask_token, RandomKey key);

}  // namespace seed
