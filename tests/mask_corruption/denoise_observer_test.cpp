// What the observer of a denoising run sees, and what denoising refuses.
#include "mask_corruption/denoise.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

TEST_CASE("the observer sees every state after every step, and revealed tokens stay") {
    const ThreadCount one(1);
    auto model = random_model<float>(small_config(), "model");
    const RevealRule rule = GENERATE(RevealRule::threshold, RevealRule::count,
                                     RevealRule::ancestral, RevealRule::entropy);
    DenoiseOptions options;
    options.rule = rule, options.steps = 4, options.key = test_key("denoise");
    const std::vector<Ids> prompts = {{1, 2}, {4}};
    std::vector<std::vector<DenoisingState>> seen(2);
    const auto states = denoise(model, prompts, 9, options,
                                [&](Index s, const auto& state) { seen[s].push_back(state); });
    for (std::size_t s = 0; s < 2; ++s) {
        REQUIRE(Index(seen[s].size()) == states[s].calls);
        CHECK(seen[s].back().ids == states[s].ids);
        for (std::size_t step = 0; step < seen[s].size(); ++step) {
            const DenoisingState& now = seen[s][step];
            CHECK(now.calls == Index(step) + 1);
            std::vector<Index> masked;
            for (Index i = 0; i < 9; ++i) {
                if (now.ids[i] == model.config().mask_token) masked.push_back(i);
            }
            CHECK(now.masked == masked);
            if (step == 0) continue;
            const DenoisingState& before = seen[s][step - 1];
            if (rule != RevealRule::ancestral) CHECK(now.masked.size() < before.masked.size());
            for (Index i = 0; i < 9; ++i) {
                if (before.ids[i] == model.config().mask_token) continue;
                CHECK(now.ids[i] == before.ids[i]);
                CHECK(now.probability[i] == before.probability[i]);
            }
        }
    }
}

TEST_CASE("denoising refuses what it cannot do") {
    auto model = random_model<float>(small_config(), "model");
    const auto message = [&](std::vector<Ids> prompts, auto&& change) {
        DenoiseOptions options;
        change(options);
        return error_of([&] { denoise(model, prompts, 4, options); });
    };
    const auto nothing = [](DenoiseOptions&) {};
    CHECK(message({{1}}, nothing).empty());
    CHECK(message({}, nothing) == "denoising: expected at least one prompt, got none");
    CHECK(message({{1}, {1, 2, 4, 5}}, nothing) ==
          "denoising: expected a prompt shorter than the canvas of 4 tokens, got 4");
    CHECK(message({{1}}, [](auto& o) { o.threshold = 1.5; }) ==
          "denoising: expected a threshold in [0, 1], got 1.5");
    CHECK(message({{1}}, [](auto& o) { o.threshold = std::nan(""); }) ==
          "denoising: expected a threshold in [0, 1], got nan");
    CHECK(message({{1}}, [](auto& o) { o.entropy_bound = -1; }) ==
          "denoising: expected an entropy bound >= 0, got -1");
    CHECK(message({{1}}, [](auto& o) { o.entropy_bound = std::nan(""); }) ==
          "denoising: expected an entropy bound >= 0, got nan");
    CHECK(message({{1}}, [](auto& o) { o.steps = 0; }) ==
          "denoising: expected at least one step, got 0");
    CHECK(message({{1}}, [](auto& o) { o.temperature = -0.5; }) ==
          "denoising: expected a temperature >= 0, got -0.5");
    CHECK(message({{1, 11}}, nothing) == "embedding: expected ids in [0, 11), got 11");
}
