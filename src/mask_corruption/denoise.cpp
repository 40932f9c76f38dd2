#include <algorithm>
#include <numeric>

#include "mask_corruption/denoise_impl.h"

namespace seed {

RevealRule reveal_rule(std::string_view name) {
    if (name == "ancestral") return RevealRule::ancestral;
    if (name == "count") return RevealRule::count;
    require(name == "threshold", "reveal rule: expected ancestral, count or threshold, got {}",
            name);
    return RevealRule::threshold;
}

namespace {

// [denoise.rules]
std::vector<Index> most_confident(const std::vector<TokenChoice>& choices, Index count) {
    std::vector<Index> order(choices.size());
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
        return choices[a].probability > choices[b].probability;
    });
    order.resize(std::size_t(std::min(count, Index(order.size()))));
    std::sort(order.begin(), order.end());
    return order;
}

std::vector<Index> ancestral(Index count, Index step, const DenoiseOptions& options,
                             RandomKey key) {
    const double t = 1 - double(step) / double(options.steps);
    const double s = std::max(0.0, 1 - double(step + 1) / double(options.steps));
    const double masked_at_t = gamma(options.schedule, t);
    const double reveal = (masked_at_t - gamma(options.schedule, s)) / masked_at_t;
    std::vector<Index> chosen;
    for (Index i = 0; i < count; ++i) {
        if (uniform_double(key, std::uint64_t(step), std::uint32_t(i)) < reveal) {
            chosen.push_back(i);
        }
    }
    return chosen;
}

std::vector<Index> above_threshold(const std::vector<TokenChoice>& choices, double threshold) {
    std::vector<Index> chosen;
    for (Index i = 0; i < Index(choices.size()); ++i) {
        if (choices[i].probability > threshold) chosen.push_back(i);
    }
    return chosen.empty() ? most_confident(choices, 1) : chosen;
}
// [/denoise.rules]

}  // namespace

std::vector<Index> positions_to_reveal(const std::vector<TokenChoice>& choices, Index step,
                                       const DenoiseOptions& options, RandomKey key) {
    const Index masked = Index(choices.size());
    switch (options.rule) {
        case RevealRule::ancestral:
            return ancestral(masked, step, options, key);
        case RevealRule::count: {
            const Index steps_left = std::max<Index>(1, options.steps - step);
            return most_confident(choices, (masked + steps_left - 1) / steps_left);
        }
        case RevealRule::threshold:
            return above_threshold(choices, options.threshold);
    }
    fail("reveal rule: expected a known rule, got {}", int(options.rule));
}

void check_denoising(const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
                     const DenoiseOptions& options) {
    require(!prompts.empty(), "denoising: expected at least one prompt, got none");
    require(options.threshold >= 0 && options.threshold <= 1,
            "denoising: expected a threshold in [0, 1], got {}", options.threshold);
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

}  // namespace seed
