// The reverse process: from a canvas of masks to a text (Seed Diffusion, eq. 8, and confidence
// decoding). A token that has been revealed stays until chapter 4 lets the model rewrite it.
//
//   ancestral   R steps of the reverse process at t_k = 1 - k / R: a masked position is revealed
//               with probability (gamma(t) - gamma(s)) / gamma(t), s the next noise level
//   count       R steps, each revealing the same number of positions, the most confident ones
//   threshold   every position whose chosen token has a probability above the threshold, and at
//               least the most confident one, until nothing is masked
//   entropy     every position for which the entropies of all surer ones add up to at most a bound
//               (EB-Sampler, Ben-Hamu et al., 2025, arXiv 2505.24857): the surest always. What is
//               lost by choosing tokens independently of each other is at most that sum
//
// A text's result depends on its prompt, its key and the options alone, not on the other prompts
// decoded beside it.
#pragma once

#include <functional>

#include "mask_corruption/mask_tokens.h"
#include "mask_corruption/sampling.h"

namespace seed {

enum class RevealRule { ancestral, count, threshold, entropy };

RevealRule reveal_rule(std::string_view name);  // throws Error on an unknown name

struct DenoiseOptions {
    RevealRule rule = RevealRule::threshold;
    Index steps = 20;  // R, for ancestral and count
    double threshold = 0.9;
    double entropy_bound = 0.5;  // nats, >= 0
    double temperature = 0;
    NoiseSchedule schedule = NoiseSchedule::linear;  // of the ancestral noise levels
    RandomKey key;
};

// One text being denoised.
struct DenoisingState {
    std::vector<std::int32_t> ids;    // (T)
    std::vector<Index> masked;        // positions still masked, ascending
    std::vector<double> probability;  // (T) of the token chosen last; 1 in the prompt, 0 at first
    Index calls = 0;                  // model calls so far
};

// Shown every state after every step: (index of the prompt, state).
using DenoiseObserver = std::function<void(Index, const DenoisingState&)>;

// Fills `positions` tokens behind each prompt; all prompts are denoised side by side and leave the
// batch as they finish. Throws Error for an empty list, a prompt that leaves no room, a threshold
// outside [0, 1], a negative entropy bound or fewer than one step.
template <class Space>
std::vector<DenoisingState> denoise(Transformer<Space>& model,
                                    const std::vector<std::vector<std::int32_t>>& prompts,
                                    Index positions, const DenoiseOptions& options,
                                    const DenoiseObserver& observer = {});

// The masked positions that a step reveals. choices[i] and, for the rule `entropy`, entropies[i]
// belong to masked position i; `step` counts from 0; `key` is the text's own. Returns indices into
// `choices`, ascending: at least one, except that an ancestral step may reveal nothing.
std::vector<Index> positions_to_reveal(const std::vector<TokenChoice>& choices, Index step,
                                       const DenoiseOptions& options, RandomKey key,
                                       std::span<const double> entropies = {});

// What positions_to_reveal goes by in step `step`: the number of positions of an even share
// (count), and the probability with which each is revealed (ancestral).
Index count_to_reveal(Index masked, Index step, const DenoiseOptions& options);
double chance_to_reveal(Index step, const DenoiseOptions& options);

// One text in a step of several.
struct TextStep {
    std::span<const Index> masked;  // its masked positions, ascending
    Index step;                     // counts from 0
    RandomKey key;                  // the text's own
};

// What a step makes of a masked position.
struct Reveal {
    TokenChoice choice;
    bool revealed = false;
};

// A whole step: a token for every masked position, and which of them are revealed. logits (M, V)
// holds a row for each masked position, text by text; the result is in the same order.
std::vector<Reveal> reveal_step(HostView<const float> logits, std::span<const TextStep> texts,
                                const DenoiseOptions& options);
std::vector<Reveal> reveal_step(HostView<const double> logits, std::span<const TextStep> texts,
                                const DenoiseOptions& options);

// The keys of a step's choices and the rows of them, one for each row of logits.
struct ChoiceKeys {
    std::vector<RandomKey> keys;
    std::vector<std::uint64_t> rows;
};
ChoiceKeys choice_keys(std::span<const TextStep> texts);

}  // namespace seed
