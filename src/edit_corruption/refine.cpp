#include "edit_corruption/refine.h"

#include <algorithm>

#include "core/parallel.h"
#include "edit_corruption/refine_step.h"

namespace seed {
namespace {

void check_options(const RefineOptions& options) {
    const auto in_unit_range = [](double x) { return x >= 0 && x <= 1; };
    require(in_unit_range(options.fill.threshold),
            "refining: expected a threshold in [0, 1], got {}", options.fill.threshold);
    require(in_unit_range(options.tau_edit), "refining: expected tau_edit in [0, 1], got {}",
            options.tau_edit);
    require(options.fill.steps >= 1, "refining: expected at least one step, got {}",
            options.fill.steps);
    require(options.fill.temperature >= 0, "refining: expected a temperature >= 0, got {}",
            options.fill.temperature);
    require(options.passes >= 0, "refining: expected a number of passes >= 0, got {}",
            options.passes);
}

// [refine.loop]
template <class Space>
void refine_once(Transformer<Space>& model, std::vector<Refinement>& texts,
                 const std::vector<Index>& active, const RefineOptions& options) {
    TokenBatch batch;
    batch.batch = Index(active.size());
    batch.positions = Index(texts[0].state.text.ids.size());
    std::vector<Index> rows, first_row;
    for (Index b = 0; b < batch.batch; ++b) {
        const Refinement& text = texts[active[b]];
        const auto& ids = text.state.text.ids;
        batch.ids.insert(batch.ids.end(), ids.begin(), ids.end());
        first_row.push_back(Index(rows.size()));
        for (Index i = text.prompt_length; i < batch.positions; ++i) {
            rows.push_back(b * batch.positions + i);
        }
    }
    const auto logits = to_host(model.logits(batch, rows));  // (M, V)
    parallel_for(batch.batch, [&](Index b) {
        Refinement& text = texts[active[b]];
        const HostView<const typename Space::Scalar> all = logits.view();
        refine_step(text, all.row_range(first_row[b], batch.positions - text.prompt_length),
                    options, options.fill.key.fork(std::uint64_t(active[b])));
        settle(text, options.passes);
    });
}

template <class Space>
std::vector<RefiningState> refine(Transformer<Space>& model, const std::vector<Canvas>& canvases,
                                  const RefineOptions& options, const RefineObserver& observer) {
    check_options(options);
    std::vector<Refinement> texts;
    for (const Canvas& canvas : canvases) {
        texts.push_back(start_refinement(canvas, model.config().mask_token));
        settle(texts.back(), options.passes);
    }
    while (true) {
        std::vector<Index> active;
        for (Index s = 0; s < Index(texts.size()); ++s) {
            if (texts[s].state.end == RefineEnd::running) active.push_back(s);
        }
        if (active.empty()) break;
        refine_once(model, texts, active, options);
        for (Index s : active) {
            if (observer) observer(s, texts[s].state);
        }
    }
    std::vector<RefiningState> states;
    for (Refinement& text : texts) states.push_back(std::move(text.state));
    return states;
}
// [/refine.loop]

}  // namespace

template <class Space>
std::vector<RefiningState> denoise_and_rewrite(
    Transformer<Space>& model, const std::vector<std::vector<std::int32_t>>& prompts,
    Index positions, const RefineOptions& options, const RefineObserver& observer) {
    require(!prompts.empty(), "refining: expected at least one prompt, got none");
    std::vector<Canvas> canvases;
    for (const auto& prompt : prompts) {
        const Index length = Index(prompt.size());
        require(length < positions,
                "refining: expected a prompt shorter than the canvas of {} tokens, got {}",
                positions, length);
        canvases.push_back({prompt, length, positions});
        canvases.back().ids.resize(std::size_t(positions), model.config().mask_token);
    }
    return refine(model, canvases, options, observer);
}

template <class Space>
std::vector<RefiningState> repair(Transformer<Space>& model, const std::vector<Canvas>& canvases,
                                  const RefineOptions& options, const RefineObserver& observer) {
    const std::int32_t mask = model.config().mask_token;
    const TokenBatch all = batch_of(canvases);  // checks that the lengths are the same
    for (const Canvas& canvas : canvases) {
        require(canvas.prompt_length >= 0 && canvas.prompt_length < all.positions,
                "repair: expected a prompt shorter than the canvas of {} tokens, got {}",
                all.positions, canvas.prompt_length);
        const auto behind = canvas.ids.begin() + canvas.prompt_length;
        require(std::find(behind, canvas.ids.end(), mask) == canvas.ids.end(),
                "repair: expected a canvas without masks behind its prompt, got one with masks");
    }
    return refine(model, canvases, options, observer);
}

#define SEED_INSTANTIATE(Space)                                                                 \
    template std::vector<RefiningState> denoise_and_rewrite(                                    \
        Transformer<Space>&, const std::vector<std::vector<std::int32_t>>&, Index,              \
        const RefineOptions&, const RefineObserver&);                                           \
    template std::vector<RefiningState> repair(Transformer<Space>&, const std::vector<Canvas>&, \
                                               const RefineOptions&, const RefineObserver&);
SEED_INSTANTIATE(Host<float>)
SEED_INSTANTIATE(Host<double>)
#undef SEED_INSTANTIATE

}  // namespace seed
