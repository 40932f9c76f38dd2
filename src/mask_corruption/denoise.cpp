#include "mask_corruption/denoise_impl.h"

namespace seed {

RevealRule reveal_rule(std::string_view name) {
    if (name == "ancestral") return RevealRule::ancestral;
    if (name == "count") return RevealRule::count;
    if (name == "entropy") return RevealRule::entropy;
    require(name == "threshold",
            "reveal rule: expected ancestral, count, threshold or entropy, got {}", name);
    return RevealRule::threshold;
}

void check_denoising(const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
                     const DenoiseOptions& options) {
    require(!prompts.empty(), "denoising: expected at least one prompt, got none");
    require(options.threshold >= 0 && options.threshold <= 1,
            "denoising: expected a threshold in [0, 1], got {}", options.threshold);
    require(options.entropy_bound >= 0, "denoising: expected an entropy bound >= 0, got {}",
            options.entropy_bound);
    require(options.steps >= 1, "denoising: expected at least one step, got {}", options.steps);
    require(options.temperature >= 0, "denoising: expected a temperature >= 0, got {}",
            options.temperature);
    for (const auto& prompt : prompts) {
        require(Index(prompt.size()) < positions,
                "denoising: expected a prompt shorter than the canvas of {} tokens, got {}",
                positions, prompt.size());
    }
}

DenoisingState all_masked(const std::vector<std::int32_t>& prompt, Index positions,
                          std::int32_t mask_token) {
    DenoisingState state{prompt, {}, std::vector<double>(prompt.size(), 1.0), 0};
    state.ids.resize(std::size_t(positions), mask_token);
    state.probability.resize(std::size_t(positions), 0.0);
    for (Index i = Index(prompt.size()); i < positions; ++i) state.masked.push_back(i);
    return state;
}

// [denoise.advance]
// Writes down what a step made of a text's masked positions.
void advance(DenoisingState& state, std::span<const Reveal> step) {
    std::vector<Index> still_masked;
    for (std::size_t i = 0; i < step.size(); ++i) {
        const Index position = state.masked[i];
        state.probability[position] = step[i].choice.probability;
        if (step[i].revealed) {
            state.ids[position] = step[i].choice.token;
        } else {
            still_masked.push_back(position);
        }
    }
    state.masked = std::move(still_masked);
    ++state.calls;
}
// [/denoise.advance]

}  // namespace seed
