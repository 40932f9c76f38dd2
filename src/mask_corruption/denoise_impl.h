// The bodies of denoise.h.
#pragma once

#include "core/parallel.h"
#include "mask_corruption/denoise.h"

namespace seed {

// Throws Error for prompts and options that cannot be denoised.
void check_denoising(const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
                     const DenoiseOptions& options);

// The prompt, and masks behind it.
DenoisingState all_masked(const std::vector<std::int32_t>& prompt, Index positions,
                          std::int32_t mask_token);

// [denoise.step]
// Chooses a token for every masked position and reveals those that the rule picks.
template <class T>
void advance(DenoisingState& state, HostView<const T> logits, const DenoiseOptions& options,
             RandomKey key) {
    const RandomKey step_key = key.fork("tokens").fork(std::uint64_t(state.calls));
    std::vector<TokenChoice> choices;
    for (Index i = 0; i < logits.rows; ++i) {
        choices.push_back(choose_token(log_softmax(logits.row_range(i, 1)), options.temperature,
                                       step_key, std::uint64_t(state.masked[i])));
        state.probability[state.masked[i]] = choices.back().probability;
    }
    const std::vector<Index> revealed =
        positions_to_reveal(choices, state.calls, options, key.fork("positions"));
    for (Index i : revealed) state.ids[state.masked[i]] = choices[i].token;
    for (auto i = revealed.rbegin(); i != revealed.rend(); ++i) {
        state.masked.erase(state.masked.begin() + *i);
    }
    ++state.calls;
}
// [/denoise.step]

template <class Space>
void denoise_once(Transformer<Space>& model, std::vector<DenoisingState>& states,
                  const std::vector<Index>& active, const DenoiseOptions& options) {
    TokenBatch batch;
    batch.batch = Index(active.size());
    batch.positions = Index(states[0].ids.size());
    std::vector<Index> rows, first_row;
    for (Index b = 0; b < batch.batch; ++b) {
        const DenoisingState& state = states[active[b]];
        batch.ids.insert(batch.ids.end(), state.ids.begin(), state.ids.end());
        first_row.push_back(Index(rows.size()));
        for (Index i : state.masked) rows.push_back(b * batch.positions + i);
    }
    const auto logits = to_host(model.logits(batch, rows));  // (M, V)
    parallel_for(batch.batch, [&](Index b) {
        DenoisingState& state = states[active[b]];
        const HostView<const typename Space::Scalar> all = logits.view();
        advance(state, all.row_range(first_row[b], Index(state.masked.size())), options,
                options.key.fork(std::uint64_t(active[b])));
    });
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
