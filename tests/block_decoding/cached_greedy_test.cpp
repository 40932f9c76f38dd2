// The autoregressive baseline with a KV cache: the tokens that it gives without one.
#include "block_decoding/cached_greedy.h"

#include "tests/block_decoding/texts.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"

using namespace seed;

TEST_CASE("greedy search with a cache gives the tokens and calls that it gives without one") {
    const ThreadCount one(1);
    const auto check = [](auto model) {
        for (const Index batch : {1, 3, 8}) {
            const std::vector<Ids> prompts = random_prompts(batch);
            for (const std::int32_t eos : {2, 5, 20}) {
                const auto cached = greedy_decode_with_cache(model, prompts, positions, eos);
                const auto reference = greedy_decode(model, prompts, positions, eos);
                CHECK(cached.completions == reference.completions);
                CHECK(cached.calls == reference.calls);
            }
        }
    };
    check(random_model<double>(wide_config(), "model"));
    check(random_model<float>(wide_config(), "model"));
}

TEST_CASE("a continuation is the same alone, among eight and with two threads") {
    auto model = random_model<float>(wide_config(), "model");
    const std::vector<Ids> prompts = random_prompts(8);
    const auto decode = [&](const std::vector<Ids>& some) {
        return greedy_decode_with_cache(model, some, positions, 2).completions;
    };
    const auto reference = decode(prompts);
    for (const int threads : {1, 2}) {
        const ThreadCount count(threads);
        CHECK(decode(prompts) == reference);
        for (std::size_t s = 0; s < prompts.size(); ++s) {
            CHECK(decode({prompts[s]})[0] == reference[s]);
        }
    }
}

TEST_CASE("a call computes the prompts first, then one token of every unfinished text") {
    const ThreadCount one(1);
    auto model = random_model<double>(wide_config(), "model");
    std::vector<std::pair<Index, Index>> calls;
    GreedyHooks hooks;
    hooks.count_call = [&](Index rows, Index texts) { calls.emplace_back(rows, texts); };
    // The second text ends at once, the first with the canvas
    hooks.replay = [](Index text, Index, std::int32_t) { return text == 1 ? 2 : 1; };
    const auto result = greedy_decode_with_cache(model, {{1, 4, 5}, {6, 7}}, 6, 2, hooks);
    CHECK(calls == std::vector<std::pair<Index, Index>>{{5, 2}, {1, 1}, {1, 1}});
    CHECK(result.completions == std::vector<Ids>{{1, 1, 1}, {}});
    CHECK(result.calls == std::vector<Index>{3, 1});
}

TEST_CASE("what cannot be continued with a cache is refused") {
    auto model = random_model<double>(wide_config(), "model");
    KvCache<Host<double>> cache(model.config(), 2, 20);
    const auto refusal = [&](std::vector<Ids> prompts, Index canvas) {
        return error_of([&] { greedy_decode_with_cache(model, cache, prompts, canvas, 2); });
    };
    CHECK(refusal({{1}, {}}, 20) == "greedy decoding: expected a prompt, got an empty one");
    CHECK(refusal({Ids(20, 1)}, 20) ==
          "greedy decoding: expected a prompt shorter than the canvas of 20 tokens, got 20");
    CHECK(refusal({{1}}, 21) == "cache: expected a canvas of at most 20 tokens, got 21");
    CHECK(refusal({{1}, {1}, {1}}, 20) ==
          "cache: expected at most 2 texts, for which it has room, got 3");
    CHECK(refusal({}, 20).empty());
}
