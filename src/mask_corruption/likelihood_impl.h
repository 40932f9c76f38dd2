// The bodies of likelihood.h but for the chain rule.
#pragma once

#include "mask_corruption/masked_states.h"

namespace seed {

// [likelihood.monte_carlo]
template <class Space>
std::vector<double> monte_carlo_nelbo(Transformer<Space>& model,
                                      const std::vector<MaskableText>& texts,
                                      const LikelihoodOptions& options, RandomKey key) {
    check_texts(texts);
    std::vector<MaskedState> states;
    for (Index s = 0; s < Index(texts.size()); ++s) {
        const RandomKey text_key = key.fork(std::uint64_t(s));
        const auto levels =
            stratified_noise_levels(options.samples, uniform_double(text_key.fork("t"), 0, 0));
        for (Index sample = 0; sample < options.samples; ++sample) {
            const double t = levels[sample], masked = gamma(options.schedule, t);
            MaskedState state{s, {}, {}, 0};
            for (Index i : texts[s].positions) {
                if (uniform_double(text_key, sample, std::uint32_t(i)) < masked) {
                    state.masked.push_back(i);
                }
            }
            state.scored = state.masked;
            state.weight = elbo_weight(options.schedule, t) / double(options.samples);
            states.push_back(std::move(state));
        }
    }
    return score_states(model, texts, states, options);
}
// [/likelihood.monte_carlo]

// [likelihood.exact]
template <class Space>
std::vector<double> exact_nelbo(Transformer<Space>& model, const std::vector<MaskableText>& texts,
                                const LikelihoodOptions& options) {
    check_texts(texts);
    std::vector<MaskedState> states;
    for (Index s = 0; s < Index(texts.size()); ++s) {
        const Index n = Index(texts[s].positions.size());
        require(n <= 10, "exact NELBO: expected at most 10 maskable positions, got {}", n);
        for (Index subset = 1; subset < Index{1} << n; ++subset) {
            MaskedState state{s, {}, {}, 0};
            double binomial = 1;  // binomial(n, k) after k positions
            for (Index i = 0; i < n; ++i) {
                if ((subset >> i & 1) == 0) continue;
                const double k = double(state.masked.size());
                binomial *= (double(n) - k) / (k + 1);
                state.masked.push_back(texts[s].positions[i]);
            }
            state.scored = state.masked;
            state.weight = 1 / (double(state.masked.size()) * binomial);
            states.push_back(std::move(state));
        }
    }
    return score_states(model, texts, states, options);
}
// [/likelihood.exact]

}  // namespace seed
