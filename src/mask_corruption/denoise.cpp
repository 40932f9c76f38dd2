#include "mask_corruption/denoise.h"

namespace seed {

RevealRule reveal_rule(std::string_view name) {
    if (name == "ancestral") return RevealRule::ancestral;
    if (name == "count") return RevealRule::count;
    require(name == "threshold", "reveal rule: expected ancestral, count or threshold, got {}",
            name);
    return RevealRule::threshold;
}

namespace {

void check_options(const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
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

}  // namespace

// [denoise.loop]
template <class Space>
std::vector<DenoisingState> denoise(Transformer<Space>& model,
                                    const std::vector<std::vector<std::int32_t>>& prompts,
                                    Index positions, const DenoiseOptions& options,
                                    const DenoiseObserver& observer) {
    check_options(prompts, positions, options);
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

template std::vector<DenoisingState> denoise(Transformer<Host<float>>&,
                                             const std::vector<std::vector<std::int32_t>>&, Index,
                                             const DenoiseOptions&, const DenoiseObserver&);
template std::vector<DenoisingState> denoise(Transformer<Host<double>>&,
                                             const std::vector<std::vector<std::int32_t>>&, Index,
                                             const DenoiseOptions&, const DenoiseObserver&);

}  // namespace seed
