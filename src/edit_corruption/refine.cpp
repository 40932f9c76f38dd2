#include <algorithm>

#include "edit_corruption/refine_impl.h"
#include "mask_corruption/denoise_impl.h"

namespace seed {
void check_rewriting(const RefineOptions& options) {
    require(options.tau_edit >= 0 && options.tau_edit <= 1,
            "rewriting: expected tau_edit in [0, 1], got {}", options.tau_edit);
    require(options.passes >= 0, "rewriting: expected a number of passes >= 0, got {}",
            options.passes);
}

void RefineCall::add(Refinement& text, Index first_row, RandomKey key) {
    const DenoisingState& state = text.state.text;
    for (const Index i : state.masked) masked_.push_back(first_row + i);
    Index standing = 0;
    if (options_.tau_edit < 1) {  // no probability is above 1
        for (const Index i : visible_positions(text)) visible_.push_back(first_row + i), ++standing;
    }
    standing_.push_back(standing);
    texts_.push_back(&text);
    steps_.push_back({state.masked, state.calls, key});
}

std::vector<Index> RefineCall::rows() const {
    std::vector<Index> rows = masked_;
    rows.insert(rows.end(), visible_.begin(), visible_.end());
    return rows;
}

void RefineCall::write_down(std::span<Reveal> fills, std::span<const TokenChoice> best,
                            const Replay& replay) const {
    for (std::size_t n = 0; n < texts_.size(); ++n) {
        const std::size_t filling = texts_[n]->state.text.masked.size();
        if (replay) replay(n, fills.first(filling));
        refine_step(*texts_[n], fills.first(filling), best.first(std::size_t(standing_[n])),
                    options_.tau_edit);
        fills = fills.subspan(filling), best = best.subspan(std::size_t(standing_[n]));
    }
}

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
