// The bodies of refine.h.
#pragma once

#include "edit_corruption/refine_step.h"

namespace seed {

// Throw Error for what cannot be refined or repaired.
std::vector<Refinement> start_from_prompts(const std::vector<std::vector<std::int32_t>>& prompts,
                                           Index positions, const RefineOptions& options,
                                           std::int32_t mask_token);
std::vector<Refinement> start_from_canvases(const std::vector<Canvas>& canvases,
                                            const RefineOptions& options, std::int32_t mask_token);

// [refine.once]
// One model call and what it makes of every active text. Rows of logits: the masked positions of
// all texts, then the visible ones of all texts.
template <class Space>
void refine_once(Transformer<Space>& model, std::vector<Refinement>& texts,
                 const std::vector<Index>& active, const RefineOptions& options) {
    TokenBatch batch;
    batch.batch = Index(active.size());
    batch.positions = Index(texts[0].state.text.ids.size());
    std::vector<Index> rows, visible;
    std::vector<TextStep> steps;
    for (Index b = 0; b < batch.batch; ++b) {
        const DenoisingState& text = texts[active[b]].state.text;
        batch.ids.insert(batch.ids.end(), text.ids.begin(), text.ids.end());
        for (Index i : text.masked) rows.push_back(b * batch.positions + i);
        for (Index i : visible_positions(texts[active[b]])) {
            visible.push_back(b * batch.positions + i);
        }
        steps.push_back({text.masked, text.calls, options.fill.key.fork(std::uint64_t(active[b]))});
    }
    const Index masks = Index(rows.size()), others = Index(visible.size());
    rows.insert(rows.end(), visible.begin(), visible.end());
    const auto logits = model.logits(batch, rows);  // (masks + others, V)
    std::vector<Reveal> fills;
    if (masks > 0) fills = reveal_step(logits.row_range(0, masks), steps, options.fill);
    std::vector<TokenChoice> best;  // temperature 0 draws no numbers: the keys do not matter
    if (others > 0) {
        best = choose_tokens(logits.row_range(masks, others), 0,
                             std::vector<RandomKey>(visible.size()),
                             std::vector<std::uint64_t>(visible.size()));
    }
    std::span<const Reveal> next_fills = fills;
    std::span<const TokenChoice> next_best = best;
    for (Index s : active) {
        const std::size_t filling = texts[s].state.text.masked.size();
        const std::size_t standing = visible_positions(texts[s]).size();
        refine_step(texts[s], next_fills.first(filling), next_best.first(standing),
                    options.tau_edit);
        next_fills = next_fills.subspan(filling), next_best = next_best.subspan(standing);
    }
}
// [/refine.once]

// [refine.loop]
template <class Space>
std::vector<RefiningState> refine(Transformer<Space>& model, std::vector<Refinement> texts,
                                  const RefineOptions& options, const RefineObserver& observer) {
    for (Refinement& text : texts) settle(text, options.passes);
    while (true) {
        std::vector<Index> active;
        for (Index s = 0; s < Index(texts.size()); ++s) {
            if (texts[s].state.end == RefineEnd::running) active.push_back(s);
        }
        if (active.empty()) break;
        refine_once(model, texts, active, options);
        for (Index s : active) {
            settle(texts[s], options.passes);
            if (observer) observer(s, texts[s].state);
        }
    }
    std::vector<RefiningState> states;
    for (Refinement& text : texts) states.push_back(std::move(text.state));
    return states;
}
// [/refine.loop]

template <class Space>
std::vector<RefiningState> denoise_and_rewrite(
    Transformer<Space>& model, const std::vector<std::vector<std::int32_t>>& prompts,
    Index positions, const RefineOptions& options, const RefineObserver& observer) {
    return refine(model, start_from_prompts(prompts, positions, options, model.config().mask_token),
                  options, observer);
}

template <class Space>
std::vector<RefiningState> repair(Transformer<Space>& model, const std::vector<Canvas>& canvases,
                                  const RefineOptions& options, const RefineObserver& observer) {
    return refine(model, start_from_canvases(canvases, options, model.config().mask_token), options,
                  observer);
}

}  // namespace seed
