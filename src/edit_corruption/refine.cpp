#include <algorithm>

#include "edit_corruption/refine_impl.h"
#include "mask_corruption/denoise_impl.h"

namespace seed {
namespace {

void check_rewriting(const RefineOptions& options) {
    require(options.tau_edit >= 0 && options.tau_edit <= 1,
            "rewriting: expected tau_edit in [0, 1], got {}", options.tau_edit);
    require(options.passes >= 0, "rewriting: expected a number of passes >= 0, got {}",
            options.passes);
}

}  // namespace

std::vector<Refinement> start_from_prompts(const std::vector<std::vector<std::int32_t>>& prompts,
                                           Index positions, const RefineOptions& options,
                                           std::int32_t mask_token) {
    check_denoising(prompts, positions, options.fill);
    check_rewriting(options);
    std::vector<Refinement> texts;
    for (const auto& prompt : prompts) {
        Canvas canvas{prompt, Index(prompt.size()), positions};
        canvas.ids.resize(std::size_t(positions), mask_token);
        texts.push_back(start_refinement(canvas, mask_token));
    }
    return texts;
}

std::vector<Refinement> start_from_canvases(const std::vector<Canvas>& canvases,
                                            const RefineOptions& options, std::int32_t mask_token) {
    check_rewriting(options);
    const Index positions = batch_of(canvases).positions;  // checks that the lengths are the same
    std::vector<Refinement> texts;
    for (const Canvas& canvas : canvases) {
        require(canvas.prompt_length >= 0 && canvas.prompt_length < positions,
                "repair: expected a prompt shorter than the canvas of {} tokens, got {}", positions,
                canvas.prompt_length);
        texts.push_back(start_refinement(canvas, mask_token));
        require(texts.back().state.text.masked.empty(),
                "repair: expected a canvas without masks behind its prompt, got one with {}",
                texts.back().state.text.masked.size());
    }
    return texts;
}

}  // namespace seed
