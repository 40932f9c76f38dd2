#include "edit_corruption/refine_step.h"

#include <algorithm>

namespace seed {

Refinement start_refinement(const Canvas& canvas, std::int32_t mask_token) {
    Refinement refinement{{}, canvas.prompt_length};
    DenoisingState& text = refinement.state.text;
    text.ids = canvas.ids;
    text.probability.assign(canvas.ids.size(), 1.0);
    for (Index i = canvas.prompt_length; i < Index(canvas.ids.size()); ++i) {
        if (canvas.ids[i] != mask_token) continue;
        text.masked.push_back(i);
        text.probability[i] = 0;
    }
    return refinement;
}

namespace {

// [refine_step.changes]
void rewrite(RefiningState& state, Index position, const TokenChoice& best, double tau_edit) {
    if (best.token == state.text.ids[position] || best.probability <= tau_edit) return;
    state.text.ids[position] = best.token;
    state.text.probability[position] = best.probability;
    state.rewritten.push_back(position);
}

void fill_masks(RefiningState& state, const std::vector<TokenChoice>& choices,
                const DenoiseOptions& options, RandomKey key) {
    std::vector<Index>& masked = state.text.masked;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        state.text.probability[masked[i]] = choices[i].probability;
    }
    for (Index i : positions_to_reveal(choices, state.text.calls, options, key)) {
        state.text.ids[masked[i]] = choices[i].token;
        state.filled.push_back(masked[i]);
    }
    std::vector<Index> left;
    std::set_difference(masked.begin(), masked.end(), state.filled.begin(), state.filled.end(),
                        std::back_inserter(left));
    masked = std::move(left);
}
// [/refine_step.changes]

}  // namespace

// [refine_step.step]
template <class T>
void refine_step(Refinement& refinement, HostView<const T> logits, const RefineOptions& options,
                 RandomKey key) {
    RefiningState& state = refinement.state;
    state.filled.clear(), state.rewritten.clear();
    const RandomKey step_key = key.fork("tokens").fork(std::uint64_t(state.text.calls));
    std::vector<TokenChoice> choices;  // one for each masked position
    for (Index i = 0; i < logits.rows; ++i) {
        const Index position = refinement.prompt_length + i;
        const std::vector<double> log_p = log_softmax(logits.row_range(i, 1));
        const auto& masked = state.text.masked;
        if (std::binary_search(masked.begin(), masked.end(), position)) {
            choices.push_back(
                choose_token(log_p, options.fill.temperature, step_key, std::uint64_t(position)));
        } else {
            rewrite(state, position, choose_token(log_p, 0, {}, 0), options.tau_edit);
        }
    }
    state.passes += choices.empty();
    if (!choices.empty()) fill_masks(state, choices, options.fill, key.fork("positions"));
    ++state.text.calls;
    state.fills += Index(state.filled.size()), state.rewrites += Index(state.rewritten.size());
}
// [/refine_step.step]

template void refine_step(Refinement&, HostView<const float>, const RefineOptions&, RandomKey);
template void refine_step(Refinement&, HostView<const double>, const RefineOptions&, RandomKey);

// [refine_step.end]
void settle(Refinement& refinement, Index passes) {
    RefiningState& state = refinement.state;
    auto& seen = refinement.seen;
    if (!state.text.masked.empty()) return;
    if (state.passes > 0 && state.rewritten.empty()) {
        state.end = RefineEnd::unchanged;
    } else if (std::find(seen.begin(), seen.end(), state.text.ids) != seen.end()) {
        state.end = RefineEnd::cycle;
    } else if (state.passes >= passes) {
        state.end = RefineEnd::passes_used;
    }
    seen.push_back(state.text.ids);
}
// [/refine_step.end]

}  // namespace seed
