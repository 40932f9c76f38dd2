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

// xt (T): x0 with `count` of the positions behind the prompt masked, every subset equally likely:
// those with the smallest uniform_float(key, i, 0). Throws Error where there are fewer.
std::vector<std::int32_t> mask_count_of_tokens(std::span<const std::int32_t> x0,
                                               Index prompt_length, Index count,
                                               std::int32_t mask_token, RandomKey key);

// How the masks of a text are drawn. Both estimate the same bound, eq. 5.
//   by_level  t ~ U[0, 1], then every position on its own with probability gamma(t) (eq. 1); the
//             weight of a masked position is gamma'(t) / gamma(t)
//   by_count  t is integrated out: given that n of M positions are masked, the mean of the weight
//             is (M + 1) / n whatever gamma is, and every n from 0 to M is equally likely. So n is
//             uniform in 1 ... M, the weight M / n: the weights of a text always add up to M, and
//             no text comes without a mask
enum class MaskDraw { by_level, by_count };

MaskDraw mask_draw_from(std::string_view name);  // "level", "count"; throws Error for another
std::string_view mask_draw_name(MaskDraw draw);

// The weight of a masked position in the loss: as its draw says, but at most max_weight. No weight
// of a noise level in [1e-3, 1], and none of a text of 2,000 tokens, is above the default: the loss
// estimates the NELBO (eq. 5). With 1, every masked token counts the same, and the loss is no bound.
struct LossWeight {
    NoiseSchedule schedule = NoiseSchedule::linear;  // of draws by level
    double max_weight = 2000;                        // > 0
    MaskDraw draw = MaskDraw::by_count;
};

// Masks every canvas at its own stratified noise level, or in as many places as that share of its
// maskable positions. A masked position has the weight above,
// divided by the number of maskable positions in the batch, any other has 0: the loss is in nats
// per maskable position.
TrainingBatch masked_batch(const std::vector<Canvas>& canvases, const LossWeight& loss,
                           std::int32_t mask_token, RandomKey key);

}  // namespace seed
