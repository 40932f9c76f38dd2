// The bodies of denoise.h.
#pragma once

#include "mask_corruption/denoise.h"

namespace seed {

// Throws Error for prompts and options that cannot be denoised.
void check_denoising(const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
                     const DenoiseOptions& options);

// The prompt, and masks behind it.
DenoisingState all_masked(const std::vector<std::int32_t>& prompt, Index positions,
                          std::int32_t mask_token);

// Writes down what a step made of a text's masked positions.
void advance(DenoisingState& state, std::span<const Reveal> step);

template <class Space>
void denoise_once(Transformer<Space>& model, std::vector<DenoisingState>& states,
                  const std::vector<Index>& active, const DenoiseOptions& options) {
    TokenBatch batch;
    batch.batch = Index(active.size());
    batch.positions = Index(states[0].ids.size());
    std::vector<Index> rows;
    std::vector<TextStep> texts;
    for (Index b = 0; b < batch.batch; ++b) {
        const DenoisingState& state = states[active[b]];
        batch.ids.insert(batch.ids.end(), state.ids.begin(), state.ids.end());
        for (Index i : state.masked) rows.push_back(b * batch.positions + i);
        texts.push_back({state.masked, state.calls, options.key.fork(std::uint64_t(active[b]))});
    }
    const std::vector<Reveal> outcome =
        reveal_step(model.logits(batch, rows), texts, options);  // (M, V) -> M
    auto next = outcome.begin();
    for (Index s : active) {
        const auto count = states[s].masked.size();
        advance(states[s], {next, count});
        next += std::ptrdiff_t(count);
    }
}

// [denoise.loop]
template <class Space>
std::vector<DenoisingState> denoise(Transformer<Space>& model,
                                    const std::vector<std::vector<std::int32_t>>& prompts,
                                    Index positions, const DenoiseOptions& options,
                                    const DenoiseObserver& observer) {
    check_denoising(prompts, positions, options);
    std::vector<DenoisingState> states;
    for (const auto& prompt : prompts) {
        states.push_back(all_masked(prompt, positions, model.config().mask_token));
    }
    while (true) {
        std::vector<Index> active;
        for (Index s = 0; s < Index(states.size()); ++s) {
            if (!states[s].masked.empty()) active.push_back(s);
        }
        if (active.empty()) return states;
        denoise_once(model, states, active, options);
        for (Index s : active) {
            if (observer) observer(s, states[s]);
        }
    }
}
// [/denoise.loop]

}  // namespace seed
