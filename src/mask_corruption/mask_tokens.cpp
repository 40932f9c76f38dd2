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

// [mask_tokens.count]
std::vector<std::int32_t> mask_count_of_tokens(std::span<const std::int32_t> x0,
                                               Index prompt_length, Index count,
                                               std::int32_t mask_token, RandomKey key) {
    std::vector<std::pair<float, Index>> order;
    for (Index i = prompt_length; i < Index(x0.size()); ++i) {
        order.emplace_back(uniform_float(key, std::uint64_t(i), 0), i);
    }
    require(count >= 0 && count <= Index(order.size()),
            "masks: expected a number of them in 0 ... {}, got {}", order.size(), count);
    std::nth_element(order.begin(), order.begin() + count, order.end());
    std::vector<std::int32_t> xt(x0.begin(), x0.end());
    for (Index k = 0; k < count; ++k) xt[order[k].second] = mask_token;
    return xt;
}
// [/mask_tokens.count]

MaskDraw mask_draw_from(std::string_view name) {
    if (name == "count") return MaskDraw::by_count;
    require(name == "level", "masks: expected level or count, got {}", name);
    return MaskDraw::by_level;
}

std::string_view mask_draw_name(MaskDraw draw) {
    return draw == MaskDraw::by_count ? "count" : "level";
}

namespace {

struct MaskedText {
    std::vector<std::int32_t> xt;
    double weight;  // of a masked position, before it is divided
};

// [mask_tokens.text]
// `u` in [0, 1) decides how noisy the text gets.
MaskedText masked_text(const Canvas& canvas, const LossWeight& loss, double u,
                       std::int32_t mask_token, RandomKey key) {
    if (loss.draw == MaskDraw::by_level) {
        const double t = std::max(u, smallest_noise_level);
        return {mask_tokens(canvas.ids, canvas.prompt_length, gamma(loss.schedule, t), mask_token,
                            key),
                elbo_weight(loss.schedule, t)};
    }
    const Index maskable = Index(canvas.ids.size()) - canvas.prompt_length;
    if (maskable == 0) return {canvas.ids, 0};
    const Index count = 1 + std::min(maskable - 1, Index(u * double(maskable)));
    return {mask_count_of_tokens(canvas.ids, canvas.prompt_length, count, mask_token, key),
            double(maskable) / double(count)};
}
// [/mask_tokens.text]

}  // namespace

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
    const std::vector<double> uniforms =
        stratified_uniforms(batch_size, uniform_double(key.fork("noise levels"), 0, 0));
    for (Index b = 0; b < batch_size; ++b) {
        const Canvas& canvas = canvases[b];
        const MaskedText text = masked_text(canvas, loss, uniforms[b], mask_token,
                                            key.fork("masks").fork(std::uint64_t(b)));
        const double weight = std::min(text.weight, loss.max_weight) / maskable;
        for (Index i = canvas.prompt_length; i < positions; ++i) {
            const std::size_t n = std::size_t(b * positions + i);
            batch.input.ids[n] = text.xt[i];
            if (text.xt[i] == mask_token) batch.weights[n] = weight;
        }
    }
    return batch;
}
// [/mask_tokens.batch]

}  // namespace seed
