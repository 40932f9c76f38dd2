// What the observer of the rewriting decoder sees, and what refining and repairing refuse.
#include "edit_corruption/refine.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/known_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

TEST_CASE("the observer can tell fills from rewrites, and they account for every change") {
    const ThreadCount one(1);
    // The second rewrites whatever it has written
    const bool random = GENERATE(true, false);
    auto model = random ? random_model<float>(small_config(), "model")
                        : successor_model<float>(small_config());
    const std::int32_t mask = model.config().mask_token;
    const std::vector<Ids> prompts = {{1, 2}, {5}, {4, 5, 6, 7, 8, 9, 0}, {10}, {2, 2, 2, 2}};
    const Index positions = 12;
    RefineOptions options;
    options.fill.threshold = 0.6, options.tau_edit = 0.4;
    std::vector<Ids> before(prompts.size());
    std::vector<Index> fills(prompts.size()), rewrites(prompts.size());
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        before[s] = prompts[s];
        before[s].resize(positions, mask);
    }
    const auto states = denoise_and_rewrite(
        model, prompts, positions, options, [&](Index s, const RefiningState& now) {
            std::vector<Index> filled, rewritten;
            for (Index i = 0; i < positions; ++i) {
                if (now.text.ids[i] == before[s][i]) continue;
                (before[s][i] == mask ? filled : rewritten).push_back(i);
            }
            CHECK(now.filled == filled);
            CHECK(now.rewritten == rewritten);
            fills[s] += Index(filled.size()), rewrites[s] += Index(rewritten.size());
            CHECK(now.fills == fills[s]);
            CHECK(now.rewrites == rewrites[s]);
            before[s] = now.text.ids;
        });
    Index all_rewrites = 0;
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        CHECK(before[s] == states[s].text.ids);
        CHECK(states[s].end != RefineEnd::running);
        all_rewrites += rewrites[s];
    }
    if (!random) CHECK(all_rewrites > 0);
}

TEST_CASE("refining and repairing refuse what they cannot do") {
    auto model = random_model<float>(small_config(), "model");
    const auto message = [&](auto&& change) {
        RefineOptions options;
        change(options);
        return error_of([&] { denoise_and_rewrite(model, {{1}}, 4, options); });
    };
    CHECK(message([](auto&) {}).empty());
    CHECK(message([](auto& o) { o.tau_edit = 1.5; }) ==
          "rewriting: expected tau_edit in [0, 1], got 1.5");
    CHECK(message([](auto& o) { o.tau_edit = std::nan(""); }) ==
          "rewriting: expected tau_edit in [0, 1], got nan");
    CHECK(message([](auto& o) { o.fill.threshold = -1; }) ==
          "denoising: expected a threshold in [0, 1], got -1");
    CHECK(message([](auto& o) { o.fill.steps = 0; }) ==
          "denoising: expected at least one step, got 0");
    CHECK(message([](auto& o) { o.fill.temperature = -1; }) ==
          "denoising: expected a temperature >= 0, got -1");
    CHECK(message([](auto& o) { o.passes = -1; }) ==
          "rewriting: expected a number of passes >= 0, got -1");
    CHECK(error_of([&] { denoise_and_rewrite(model, {}, 4, {}); }) ==
          "denoising: expected at least one prompt, got none");
    CHECK(error_of([&] {
              denoise_and_rewrite(model, {{1, 2, 4, 5}}, 4, {});
          }) == "denoising: expected a prompt shorter than the canvas of 4 tokens, got 4");
    const auto repairing = [&](const std::vector<Canvas>& canvases) {
        return error_of([&] { repair(model, canvases, {}); });
    };
    CHECK(repairing({{{3, 1}, 1, 2}}).empty());  // a mask in a prompt is the prompt's business
    CHECK(repairing({}) == "batch: expected at least one canvas, got none");
    CHECK(repairing({{{1, 3}, 1, 2}}) ==
          "repair: expected a canvas without masks behind its prompt, got one with 1");
    CHECK(repairing({{{1, 2}, 2, 2}}) ==
          "repair: expected a prompt shorter than the canvas of 2 tokens, got 2");
}
