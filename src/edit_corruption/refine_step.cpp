#include "edit_corruption/refine_step.h"

#include <algorithm>

#include "mask_corruption/denoise_impl.h"

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

std::vector<Index> visible_positions(const Refinement& refinement) {
    const DenoisingState& text = refinement.state.text;
    std::vector<Index> visible;
    auto masked = text.masked.begin();
    for (Index i = refinement.prompt_length; i < Index(text.ids.size()); ++i) {
        if (masked != text.masked.end() && *masked == i) {
            ++masked;
        } else {
            visible.push_back(i);
        }
    }
    return visible;
}

// [refine_step.step]
void refine_step(Refinement& refinement, std::span<const Reveal> fills,
                 std::span<const TokenChoice> best, double tau_edit) {
    RefiningState& state = refinement.state;
    DenoisingState& text = state.text;
    state.filled.clear(), state.rewritten.clear();
    state.passes += text.masked.empty();

    // Rewrite what was visible before the step
    const std::vector<Index> visible = visible_positions(refinement);
    for (std::size_t i = 0; i < best.size(); ++i) {
        const Index position = visible[i];
        if (best[i].token == text.ids[position] || best[i].probability <= tau_edit) continue;
        text.ids[position] = best[i].token;
        text.probability[position] = best[i].probability;
        state.rewritten.push_back(position);
    }
    // Fill masks, as chapter 3 does
    for (std::size_t i = 0; i < fills.size(); ++i) {
        if (fills[i].revealed) state.filled.push_back(text.masked[i]);
    }
    advance(text, fills);
    state.fills += Index(state.filled.size()), state.rewrites += Index(state.rewritten.size());
}
// [/refine_step.step]

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
