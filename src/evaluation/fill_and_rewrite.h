// Decoding as the program does it: chapter 3's, with chapter 4's rewriting where it is asked for.
#pragma once

#include "edit_corruption/refine.h"

namespace seed {

// Nothing that is visible is ever rewritten.
inline RefineOptions only_fill(const DenoiseOptions& options = {}) { return {options, 1, 0}; }

// denoise_and_rewrite; but where nothing can be rewritten (tau_edit = 1), denoise, which gives the
// same and takes no logits of visible positions.
template <class Space>
std::vector<RefiningState> fill_and_rewrite(Transformer<Space>& model,
                                            const std::vector<std::vector<std::int32_t>>& prompts,
                                            Index positions, const RefineOptions& options,
                                            const RefineObserver& observer = {}) {
    if (options.tau_edit < 1) {
        return denoise_and_rewrite(model, prompts, positions, options, observer);
    }
    std::vector<RefiningState> states(prompts.size());
    const auto observe = [&](Index s, const DenoisingState& text) {
        states[s].text = text;
        if (observer) observer(s, states[s]);
    };
    denoise(model, prompts, positions, options.fill, observe);
    return states;
}

}  // namespace seed
