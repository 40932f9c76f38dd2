// The reveal rules, and a step made of them on the host.
#include <algorithm>
#include <numeric>

#include "mask_corruption/denoise.h"
#include "mask_corruption/entropy.h"

namespace seed {
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

std::vector<Index> ancestral(Index count, Index step, double chance, RandomKey key) {
    std::vector<Index> chosen;
    for (Index i = 0; i < count; ++i) {
        if (uniform_double(key, std::uint64_t(step), std::uint32_t(i)) < chance) {
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

// [denoise.shares]
Index count_to_reveal(Index masked, Index step, const DenoiseOptions& options) {
    const Index steps_left = std::max<Index>(1, options.steps - step);
    return (masked + steps_left - 1) / steps_left;
}

double chance_to_reveal(Index step, const DenoiseOptions& options) {
    const double t = 1 - double(step) / double(options.steps);
    const double s = std::max(0.0, 1 - double(step + 1) / double(options.steps));
    const double masked_at_t = gamma(options.schedule, t);
    return (masked_at_t - gamma(options.schedule, s)) / masked_at_t;
}
// [/denoise.shares]

std::vector<Index> positions_to_reveal(const std::vector<TokenChoice>& choices, Index step,
                                       const DenoiseOptions& options, RandomKey key,
                                       std::span<const double> entropies) {
    const Index masked = Index(choices.size());
    switch (options.rule) {
        case RevealRule::ancestral:
            return ancestral(masked, step, chance_to_reveal(step, options), key);
        case RevealRule::count:
            return most_confident(choices, count_to_reveal(masked, step, options));
        case RevealRule::threshold:
            return above_threshold(choices, options.threshold);
        case RevealRule::entropy:
            require(entropies.size() == choices.size(), "reveal: expected {} entropies, got {}",
                    choices.size(), entropies.size());
            return within_entropy_bound(entropies, options.entropy_bound);
    }
    fail("reveal rule: expected a known rule, got {}", int(options.rule));
}

ChoiceKeys choice_keys(std::span<const TextStep> texts) {
    ChoiceKeys all;
    for (const TextStep& text : texts) {
        const RandomKey key = text.key.fork("tokens").fork(std::uint64_t(text.step));
        all.keys.insert(all.keys.end(), text.masked.size(), key);
        all.rows.insert(all.rows.end(), text.masked.begin(), text.masked.end());
    }
    return all;
}

namespace {

// [denoise.step]
template <class T>
std::vector<Reveal> reveal_step_on_host(HostView<const T> logits, std::span<const TextStep> texts,
                                        const DenoiseOptions& options) {
    const ChoiceKeys all = choice_keys(texts);
    const std::vector<TokenChoice> choices =
        choose_tokens(logits, options.temperature, all.keys, all.rows);
    std::vector<Reveal> outcome;
    for (const TokenChoice& choice : choices) outcome.push_back({choice, false});
    std::vector<double> entropies(choices.size());
    if (options.rule == RevealRule::entropy) entropies = row_entropies(logits);
    std::size_t begin = 0;
    for (const TextStep& text : texts) {
        const std::size_t end = begin + text.masked.size();
        const std::vector<Index> revealed = positions_to_reveal(
            {choices.begin() + begin, choices.begin() + end}, text.step, options,
            text.key.fork("positions"), std::span(entropies).subspan(begin, end - begin));
        for (Index i : revealed) outcome[begin + std::size_t(i)].revealed = true;
        begin = end;
    }
    return outcome;
}
// [/denoise.step]

}  // namespace

std::vector<Reveal> reveal_step(HostView<const float> logits, std::span<const TextStep> texts,
                                const DenoiseOptions& options) {
    return reveal_step_on_host(logits, texts, options);
}

std::vector<Reveal> reveal_step(HostView<const double> logits, std::span<const TextStep> texts,
                                const DenoiseOptions& options) {
    return reveal_step_on_host(logits, texts, options);
}

}  // namespace seed
