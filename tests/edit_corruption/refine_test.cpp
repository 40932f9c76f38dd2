// The rewriting decoder with a model, and a plain implementation for one text at a time.
#include "edit_corruption/refine.h"

#include <set>

#include "tests/support/thread_count.h"
#include "tests/transformer/known_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

const std::vector<Ids> prompts = {{1, 2}, {5}, {4, 5, 6, 7, 8, 9, 0}, {10}, {2, 2, 2, 2}};
constexpr Index positions = 12;

RefineOptions options_of(double tau_mask, double tau_edit, double temperature = 0) {
    RefineOptions options;
    options.fill.threshold = tau_mask, options.fill.temperature = temperature;
    options.fill.steps = 4;
    options.tau_edit = tau_edit;
    options.fill.key = test_key("refine");
    return options;
}

// Full canvases of random tokens other than the mask.
std::vector<Canvas> full_canvases(Index count, Index length, std::int32_t mask) {
    std::vector<Canvas> canvases;
    for (Index s = 0; s < count; ++s) {
        Ids ids = random_tokens(length, 11, test_key("canvases").fork(std::uint64_t(s)));
        for (auto& id : ids) id = id == mask ? 0 : id;
        canvases.push_back({std::move(ids), s % 4, length});
    }
    return canvases;
}

struct Plain {
    Ids ids;
    Index calls = 0, fills = 0, rewrites = 0;
};

// The whole decoder at temperature 0 as one would write it for one text.
Plain plain_refine(Transformer<Host<double>>& model, Ids ids, Index prompt,
                   const RefineOptions& options) {
    const std::int32_t mask = model.config().mask_token;
    Plain result{ids};
    std::set<Ids> seen;
    Index passes = 0;
    while (true) {
        const bool full = std::count(result.ids.begin() + prompt, result.ids.end(), mask) == 0;
        if (full && (!seen.insert(result.ids).second || passes == options.passes)) return result;
        passes += full;
        const Index length = Index(ids.size());
        const HostMatrix<double> logits =
            all_logits(model, {1, length, result.ids, {}, AttentionMask::full()});
        Ids next = result.ids;
        Index surest = -1;
        double best_p = -1;
        for (Index i = prompt; i < length; ++i) {
            const HostView<const double> row = logits.view().row_range(i, 1);
            const TokenChoice best = choose_token(log_softmax(row), 0, {}, 0);
            const bool is_mask = result.ids[i] == mask;
            if (is_mask && best.probability > best_p) surest = i, best_p = best.probability;
            if (best.probability > (is_mask ? options.fill.threshold : options.tau_edit)) {
                next[i] = best.token;
            }
        }
        if (surest >= 0 && next[surest] == mask) {
            const HostView<const double> row = logits.view().row_range(surest, 1);
            next[surest] = choose_token(log_softmax(row), 0, {}, 0).token;
        }
        ++result.calls;
        for (Index i = 0; i < length; ++i) {
            result.fills += result.ids[i] == mask && next[i] != mask;
            result.rewrites += result.ids[i] != mask && next[i] != result.ids[i];
        }
        const bool unchanged = next == result.ids;
        result.ids = next;
        if (unchanged) return result;
    }
}

// Random ones, one that never comes to rest and one that does after a pass.
Transformer<Host<double>> model_of(std::string_view name) {
    if (name == "restless") return successor_model<double>(small_config());
    if (name != "constant") return random_model<double>(small_config(), name);
    std::vector<double> logits(11);
    logits[5] = 30;
    return constant_model<double>(small_config(), logits);
}

}  // namespace

TEST_CASE("with tau_edit 1 the result is that of denoising, however many passes are allowed") {
    const ThreadCount one(1);
    auto model = random_model<float>(small_config(), "model");
    RefineOptions options = options_of(0.6, 1, GENERATE(0.0, 1.0));
    options.fill.rule = GENERATE(RevealRule::threshold, RevealRule::count, RevealRule::ancestral,
                                 RevealRule::entropy);
    options.passes = GENERATE(0, 3);
    const auto refined = denoise_and_rewrite(model, prompts, positions, options);
    const auto denoised = denoise(model, prompts, positions, options.fill);
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        CHECK(refined[s].text.ids == denoised[s].ids);
        CHECK(refined[s].text.probability == denoised[s].probability);
        CHECK(refined[s].text.calls == denoised[s].calls);
        CHECK(refined[s].fills == positions - Index(prompts[s].size()));
        CHECK(refined[s].rewrites == 0);
        CHECK(refined[s].end == RefineEnd::passes_used);
    }
}

TEST_CASE("refining equals the plain decoder of one text at a time") {
    const ThreadCount one(1);
    Index rewrites = 0;
    for (const std::string_view purpose : {"first", "second", "third", "restless"}) {
        auto model = model_of(purpose);
        for (const double tau_edit : {0.3, 0.6}) {
            const RefineOptions options = options_of(0.5, tau_edit);
            const auto states = denoise_and_rewrite(model, prompts, positions, options);
            for (std::size_t s = 0; s < prompts.size(); ++s) {
                Ids start = prompts[s];
                start.resize(positions, model.config().mask_token);
                const Plain expected =
                    plain_refine(model, start, Index(prompts[s].size()), options);
                CHECK(states[s].text.ids == expected.ids);
                CHECK(states[s].text.calls == expected.calls);
                CHECK(states[s].fills == expected.fills);
                CHECK(states[s].rewrites == expected.rewrites);
                rewrites += expected.rewrites;
            }
        }
    }
    CHECK(rewrites > 20);  // or the test says nothing
}

TEST_CASE("a repair equals the plain decoder, keeps prompts, and writes no mask") {
    const ThreadCount one(1);
    std::set<RefineEnd> ends;
    for (const std::string_view purpose : {"first", "second", "third", "restless", "constant"}) {
        auto model = model_of(purpose);
        const auto canvases = full_canvases(16, positions, model.config().mask_token);
        RefineOptions options = options_of(0.9, purpose == "first" ? 0.6 : 0.2);
        for (const Index passes : {0, 1, 3, 50}) {
            options.passes = passes;
            const auto states = repair(model, canvases, options);
            for (std::size_t s = 0; s < canvases.size(); ++s) {
                const Index prompt = canvases[s].prompt_length;
                const Ids& ids = canvases[s].ids;
                const Plain expected = plain_refine(model, ids, prompt, options);
                CHECK(states[s].text.ids == expected.ids);
                CHECK(states[s].text.calls == expected.calls);
                CHECK(states[s].rewrites == expected.rewrites);
                CHECK(states[s].passes == states[s].text.calls);
                CHECK(states[s].passes <= passes);
                CHECK(states[s].fills == 0);
                const auto begin = states[s].text.ids.begin();
                CHECK(std::equal(begin, begin + prompt, ids.begin()));
                CHECK(std::count(begin, states[s].text.ids.end(), model.config().mask_token) == 0);
                ends.insert(states[s].end);
            }
        }
    }
    CHECK(ends == std::set{RefineEnd::passes_used, RefineEnd::unchanged, RefineEnd::cycle});
}

TEMPLATE_TEST_CASE("a refined text depends neither on the texts beside it nor on the threads", "",
                   float, double) {
    auto model = random_model<TestType>(small_config(), "model");
    const RefineOptions options = options_of(0.6, 0.4, GENERATE(0.0, 1.0));
    const auto canvases = full_canvases(5, positions, model.config().mask_token);
    const auto run = [&](int threads, Index count) {
        const ThreadCount scope(threads);
        auto states = denoise_and_rewrite(model, {prompts.begin(), prompts.begin() + count},
                                          positions, options);
        for (auto& state : repair(model, {canvases.begin(), canvases.begin() + count}, options)) {
            states.push_back(std::move(state));
        }
        return states;
    };
    const auto all = run(1, 5);
    for (const int threads : {1, 2, 5}) {
        for (const Index count : {1, 2, 5}) {
            const auto some = run(threads, count);
            for (Index s = 0; s < 2 * count; ++s) {
                const RefiningState& same = all[s < count ? s : s - count + 5];
                CHECK(some[s].text.ids == same.text.ids);
                CHECK(some[s].text.probability == same.text.probability);
                CHECK(some[s].text.calls == same.text.calls);
                CHECK(some[s].end == same.end);
            }
        }
    }
}
