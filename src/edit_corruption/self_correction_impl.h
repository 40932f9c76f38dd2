// The body of self_correction.h.
#pragma once

#include "edit_corruption/self_correction.h"

namespace seed {

// [self_correction.write_and_repair]
template <class Space>
std::vector<CorrectedText> write_and_repair(Transformer<Space>& model,
                                            const std::vector<std::vector<std::int32_t>>& prompts,
                                            Index positions, const RefineOptions& options) {
    std::vector<Canvas> written;
    std::vector<CorrectedText> texts;
    for (DenoisingState& state : denoise(model, prompts, positions, options.fill)) {
        const Index prompt_length = Index(prompts[texts.size()].size());
        written.push_back({state.ids, prompt_length, positions});
        texts.push_back({std::move(state.ids), {}, state.calls, 0, 0});
    }
    auto text = texts.begin();
    for (RefiningState& state : repair(model, written, options)) {
        text->after = std::move(state.text.ids);
        text->calls_after = text->calls_before + state.text.calls;
        text->rewrites = state.rewrites;
        ++text;
    }
    return texts;
}
// [/self_correction.write_and_repair]

}  // namespace seed
