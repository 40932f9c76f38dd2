// The bodies of refine.h.
#pragma once

#include "edit_corruption/refine_step.h"

namespace seed {

// Throws Error for a tau_edit outside [0, 1] and for passes < 0.
void check_rewriting(const RefineOptions& options);

// Throw Error for what cannot be refined or repaired.
std::vector<Refinement> start_from_prompts(const std::vector<std::vector<std::int32_t>>& prompts,
                                           Index positions, const RefineOptions& options,
                                           std::int32_t mask_token);
std::vector<Refinement> start_from_canvases(const std::vector<Canvas>& canvases,
                                            const RefineOptions& options, std::int32_t mask_token);

// [refine.once]
// What one model call is to say of several texts, and what it makes of them. Rows of logits: the
// masked positions of all texts, then, where tokens may be rewritten, the visible ones of all.
class RefineCall {
public:
    // May change what is made of the masked positions of the text that was added as number n.
    using Replay = std::function<void(std::size_t n, std::span<Reveal> fills)>;

    explicit RefineCall(const RefineOptions& options) : options_(options) {}

    // Position i of the text is in row first_row + i of the call.
    void add(Refinement& text, Index first_row, RandomKey key);
    Index masked() const { return Index(masked_.size()); }
    std::vector<Index> rows() const;

    // logits (rows, V)
    template <class View>
    void apply(View logits, const Replay& replay = {}) const {
        const Index masks = Index(masked_.size()), others = Index(visible_.size());
        std::vector<Reveal> fills;
        if (masks > 0) fills = reveal_step(logits.row_range(0, masks), steps_, options_.fill);
        std::vector<TokenChoice> best;  // temperature 0 draws no numbers: the keys do not matter
        if (others > 0) {
            best = choose_tokens(logits.row_range(masks, others), 0,
                                 std::vector<RandomKey>(visible_.size()),
                                 std::vector<std::uint64_t>(visible_.size()));
        }
        write_down(fills, best, replay);
    }

private:
    void write_down(std::span<Reveal> fills, std::span<const TokenChoice> best,
                    const Replay& replay) const;

    RefineOptions options_;
    std::vector<Refinement*> texts_;
    std::vector<TextStep> steps_;
    std::vector<Index> masked_, visible_,
        standing_;  // rows; of visible ones, how many of each text
};

template <class Space>
void refine_once(Transformer<Space>& model, std::vector<Refinement>& texts,
                 const std::vector<Index>& active, const RefineOptions& options) {
    TokenBatch batch;
    batch.batch = Index(active.size());
    batch.positions = Index(texts[0].state.text.ids.size());
    RefineCall call(options);
    for (Index b = 0; b < batch.batch; ++b) {
        Refinement& text = texts[active[b]];
        batch.ids.insert(batch.ids.end(), text.state.text.ids.begin(), text.state.text.ids.end());
        call.add(text, b * batch.positions, options.fill.key.fork(std::uint64_t(active[b])));
    }
    call.apply(model.logits(batch, call.rows()));
}
// [/refine.once]

// [refine.loop]
template <class Space>
std::vector<RefiningState> refine(Transformer<Space>& model, std::vector<Refinement> texts,
                                  const RefineOptions& options, const RefineObserver& observer) {
    for (Refinement& text : texts) settle(text, options.most_passes());
    while (true) {
        std::vector<Index> active;
        for (Index s = 0; s < Index(texts.size()); ++s) {
            if (texts[s].state.end == RefineEnd::running) active.push_back(s);
        }
        if (active.empty()) break;
        refine_once(model, texts, active, options);
        for (Index s : active) {
            settle(texts[s], options.most_passes());
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
