// One step of the rewriting decoder, with logits set by hand: what is filled, rewritten, kept.
#include "edit_corruption/refine_step.h"

#include "tests/support/test_array.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

constexpr std::int32_t a = 0, b = 1, c = 2, mask = 3;

// Logits (T - prompt, 4) whose softmax gives token best[i] the probability p[i] and shares the
// rest between the two others that are not the mask.
HostMatrix<double> logits_of(const Ids& best, const std::vector<double>& p) {
    HostMatrix<double> logits(Index(best.size()), 4);
    for (Index i = 0; i < Index(best.size()); ++i) {
        for (std::int32_t v = 0; v < 3; ++v) {
            logits.view()(i, v) = std::log(v == best[i] ? p[i] : (1 - p[i]) / 2);
        }
        logits.view()(i, mask) = -std::numeric_limits<double>::infinity();
    }
    return logits;
}

RefineOptions options_of(double tau_mask, double tau_edit, Index passes) {
    RefineOptions options;
    options.fill.threshold = tau_mask, options.tau_edit = tau_edit, options.passes = passes;
    return options;
}

Refinement step(Refinement refinement, const HostMatrix<double>& logits,
                const RefineOptions& options) {
    // A row for every position behind the prompt; those of the masks are filled from, the others
    // give what is best
    const DenoisingState& text = refinement.state.text;
    const auto rows_of = [&](const std::vector<Index>& positions) {
        HostMatrix<double> rows(Index(positions.size()), 4);
        for (Index i = 0; i < Index(positions.size()); ++i) {
            const Index row = positions[i] - refinement.prompt_length;
            copy(rows.view().row_range(i, 1), logits.view().row_range(row, 1));
        }
        return rows;
    };
    const HostMatrix<double> masked = rows_of(text.masked);
    const HostMatrix<double> visible = rows_of(visible_positions(refinement));
    const std::size_t others = std::size_t(visible.view().rows);
    const TextStep fill_step{text.masked, text.calls, test_key("refine")};
    refine_step(refinement,
                reveal_step(HostView<const double>(masked.view()), {&fill_step, 1}, options.fill),
                choose_tokens(HostView<const double>(visible.view()), 0,
                              std::vector<RandomKey>(others), std::vector<std::uint64_t>(others)),
                options.tau_edit);
    settle(refinement, options.passes);
    return refinement;
}

}  // namespace

TEST_CASE("a mask is filled above tau_mask, a visible token rewritten above tau_edit") {
    // prompt c | a _ b _ a: positions 1 ... 5
    const Refinement start = start_refinement({{c, a, mask, b, mask, a}, 1, 6}, mask);
    CHECK(start.state.text.masked == std::vector<Index>{2, 4});
    CHECK(start.state.text.probability == std::vector<double>{1, 1, 0, 1, 0, 1});
    const auto logits = logits_of({b, c, c, a, a}, {0.95, 0.75, 0.85, 0.65, 0.99});
    const Refinement after = step(start, logits, options_of(0.7, 0.9, 4));
    CHECK(after.state.text.ids == Ids{c, b, c, b, mask, a});
    CHECK(after.state.filled == std::vector<Index>{2});
    CHECK(after.state.rewritten == std::vector<Index>{1});
    CHECK(after.state.text.masked == std::vector<Index>{4});
    CHECK(near(after.state.text.probability[1], 0.95, 1e-12));
    CHECK(near(after.state.text.probability[2], 0.75, 1e-12));
    CHECK(near(after.state.text.probability[4], 0.65, 1e-12));  // chosen, but not yet put
    CHECK(after.state.text.probability[5] == 1);                // the model agrees: as given
    CHECK(after.state.end == RefineEnd::running);
    CHECK(after.state.passes == 0);
    CHECK(after.state.text.calls == 1);
    CHECK(after.state.fills == 1);
    CHECK(after.state.rewrites == 1);

    // A lower tau_edit rewrites more, tau_edit 1 nothing
    CHECK(step(start, logits, options_of(0.7, 0.8, 4)).state.text.ids == Ids{c, b, c, c, mask, a});
    CHECK(step(start, logits, options_of(0.7, 1, 4)).state.text.ids == Ids{c, a, c, b, mask, a});
}

TEST_CASE("a probability of tau_edit itself rewrites nothing") {
    Refinement text = start_refinement({{c, a, a}, 1, 3}, mask);
    const std::vector<TokenChoice> best{{b, 0.75}, {b, std::nextafter(0.75, 1)}};
    refine_step(text, {}, best, 0.75);
    CHECK(text.state.text.ids == Ids{c, a, b});
    CHECK(text.state.rewritten == std::vector<Index>{2});
}

TEST_CASE("while masks remain at least the surest one is filled") {
    const Refinement start = start_refinement({{c, mask, mask, b}, 1, 4}, mask);
    const auto logits = logits_of({a, c, b}, {0.4, 0.5, 0.9});
    const Refinement after = step(start, logits, options_of(0.9, 0.9, 4));
    CHECK(after.state.filled == std::vector<Index>{2});
    CHECK(after.state.text.ids == Ids{c, mask, c, b});
}

TEST_CASE("a token filled in a step stays in that step, and may be rewritten in the next") {
    const RefineOptions options = options_of(0.5, 0.9, 4);
    const Refinement full =
        step(start_refinement({{mask, b}, 0, 2}, mask), logits_of({a, b}, {0.6, 0.9}), options);
    CHECK(full.state.text.ids == Ids{a, b});
    CHECK(full.state.passes == 0);
    const Refinement after = step(full, logits_of({c, b}, {0.95, 0.9}), options);
    CHECK(after.state.text.ids == Ids{c, b});
    CHECK(after.state.filled.empty());
    CHECK(after.state.rewritten == std::vector<Index>{0});
    CHECK(after.state.passes == 1);
    CHECK(after.state.end == RefineEnd::running);
}

TEST_CASE("a pass that changes nothing is the last one") {
    Refinement text = start_refinement({{c, a, b}, 1, 3}, mask);
    settle(text, 4);
    CHECK(text.state.end == RefineEnd::running);
    const Refinement after = step(text, logits_of({c, b}, {0.89, 1}), options_of(0.9, 0.9, 4));
    CHECK(after.state.text.ids == Ids{c, a, b});
    CHECK(after.state.end == RefineEnd::unchanged);
    CHECK(after.state.passes == 1);
}

TEST_CASE("rewriting to and fro ends when a canvas comes again") {
    const RefineOptions options = options_of(0.9, 0.9, 100);
    Refinement text = start_refinement({{a, a}, 0, 2}, mask);
    settle(text, options.passes);
    const Ids cycle[] = {{b, a}, {b, b}, {b, a}};
    for (const Ids& next : cycle) {
        CHECK(text.state.end == RefineEnd::running);
        text = step(text, logits_of(next, {0.99, 0.99}), options);
        CHECK(text.state.text.ids == next);
    }
    CHECK(text.state.end == RefineEnd::cycle);
    CHECK(text.state.passes == 3);
    CHECK(text.state.rewrites == 3);
}

TEST_CASE("passes are bounded, and with none a full canvas is finished at once") {
    const RefineOptions options = options_of(0.9, 0.9, 2);
    Refinement text = start_refinement({{a, a}, 0, 2}, mask);
    settle(text, options.passes);
    text = step(text, logits_of({b, a}, {0.99, 0.99}), options);
    CHECK(text.state.end == RefineEnd::running);
    text = step(text, logits_of({c, a}, {0.99, 0.99}), options);
    CHECK(text.state.end == RefineEnd::passes_used);

    Refinement full = start_refinement({{a, b}, 0, 2}, mask);
    settle(full, 0);
    CHECK(full.state.end == RefineEnd::passes_used);
    const Refinement filled = step(start_refinement({{mask, a}, 0, 2}, mask),
                                   logits_of({b, a}, {0.99, 0.99}), options_of(0.9, 0.9, 0));
    CHECK(filled.state.end == RefineEnd::passes_used);
    CHECK(filled.state.text.ids == Ids{b, a});
}
