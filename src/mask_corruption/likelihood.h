// How likely is a text under a masked-diffusion model? Three estimators of the same bound.
//
// All are weighted sums over masked states: some positions of x0 are masked, the model is run, and
// -log p(x0[i] | state) is summed over some of the masked positions.
//
//   monte carlo  t ~ U(0, 1], each position masked with gamma(t):  weight gamma'(t) / gamma(t)
//   exact        every non-empty subset S of the n positions:    weight 1 / (|S| binomial(n, |S|))
//   chain rule   positions revealed one by one in a fixed order; each state scores only the next
//                one, weight 1: the exact -log p of a sampler that uses this order
//
// `exact` is the integral over t of the Monte-Carlo sum, with the Beta function
// int t^(k-1) (1-t)^(n-k) dt = 1 / (k binomial(n, k)); it does not depend on the noise schedule.
// It is also the mean of the chain rule over all n! orders (Seed Diffusion, eq. 7).
#pragma once

#include <functional>

#include "mask_corruption/mask_tokens.h"

namespace seed {

// A text and the positions of it that may be masked; all others are given.
struct MaskableText {
    std::vector<std::int32_t> ids;  // (T)
    std::vector<Index> positions;   // ascending, distinct

    static MaskableText behind_prompt(const Canvas& canvas);
};

enum class RevealOrder { left_to_right, confidence };

struct LikelihoodOptions {
    NoiseSchedule schedule = NoiseSchedule::linear;
    Index samples = 32;     // noise levels per text (Monte Carlo)
    Index batch = 64;       // states per model call; affects speed only
    // Told after every model call how many states it was given: samples per text (Monte Carlo),
    // 2^n - 1 (exact), n (chain rule)
    std::function<void(Index)> on_states = {};
};

// Each returns one number per text: nats, not divided by anything. All texts have T tokens.

template <class Space>
std::vector<double> monte_carlo_nelbo(Transformer<Space>& model,
                                      const std::vector<MaskableText>& texts,
                                      const LikelihoodOptions& options, RandomKey key);

// Throws Error for more than 10 positions: the cost is 2^n model runs.
template <class Space>
std::vector<double> exact_nelbo(Transformer<Space>& model, const std::vector<MaskableText>& texts,
                                const LikelihoodOptions& options);

// left_to_right: ascending positions. confidence: always the position whose most probable token is
// the most probable (ties to the left), which then takes x0's token.
template <class Space>
std::vector<double> chain_rule_nll(Transformer<Space>& model,
                                   const std::vector<MaskableText>& texts, RevealOrder order,
                                   const LikelihoodOptions& options);

// -log p(x0) in nats along one order given as a permutation of the text's positions.
template <class Space>
double chain_rule_along(Transformer<Space>& model, const MaskableText& text,
                        const std::vector<Index>& order, const LikelihoodOptions& options);

}  // namespace seed
