#include "mask_corruption/mask_tokens.h"

#include <algorithm>

namespace seed {

// [mask_tokens.corrupt]
std::vector<std::int32_t> mask_tokens(std::span<const std::int32_t> x0, Index prompt_length,
                                      double probability, std::int32_t mask_token, RandomKey key) {
    std::vector<std::int32_t> xt(x0.begin(), x0.end());
    for (Index i = prompt_length; i < Index(xt.size()); ++i) {
        if (uniform_float(key, std::uint64_t(i), 0) < float(probability)) xt[i] = mask_token;
    }
    return xt;
}
// [/mask_tokens.corrupt]

// [mask_tokens.batch]
TrainingBatch masked_batch(const std::vector<Canvas>& canvases, const LossWeight& loss,
                           std::int32_t mask_token, RandomKey key) {
    TrainingBatch batch{batch_of(canvases), {}, {}};
    batch.targets = batch.input.ids;
    batch.weights.assign(batch.targets.size(), 0);
    double maskable = 0;
    for (const Canvas& canvas : canvases) {
        maskable += double(Index(canvas.ids.size()) - canvas.prompt_length);
    }
    const Index batch_size = Index(canvases.size()), positions = batch.input.positions;
    const std::vector<double> levels =
        stratified_noise_levels(batch_size, uniform_double(key.fork("noise levels"), 0, 0));
    for (Index b = 0; b < batch_size; ++b) {
        const Canvas& canvas = canvases[b];
        const std::vector<std::int32_t> xt =
            mask_tokens(canvas.ids, canvas.prompt_length, gamma(loss.schedule, levels[b]), mask_token,
                        key.fork("masks").fork(std::uint64_t(b)));
        const double weight =
            std::min(elbo_weight(loss.schedule, levels[b]), loss.max_weight) / maskable;
        for (Index i = canvas.prompt_length; i < positions; ++i) {
            const std::size_t n = std::size_t(b * positions + i);
            batch.input.ids[n] = xt[i];
            if (xt[i] == mask_token) batch.weights[n] = weight;
        }
    }
    return batch;
}
// [/mask_tokens.batch]

}  // namespace seed
