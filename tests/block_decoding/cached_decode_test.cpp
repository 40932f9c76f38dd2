// Decoding with a KV cache: the texts of the decoders without one, token for token, whoever is
// decoded beside them.
#include "block_decoding/cached_decode.h"

#include <map>

#include "block_decoding/cached_greedy.h"
#include "tests/block_decoding/texts.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"

using namespace seed;

namespace {

void check_equal(const std::vector<RefiningState>& cached,
                 const std::vector<RefiningState>& reference, double tolerance) {
    REQUIRE(cached.size() == reference.size());
    for (std::size_t s = 0; s < cached.size(); ++s) {
        CHECK(cached[s].text.ids == reference[s].text.ids);
        CHECK(cached[s].text.calls == reference[s].text.calls);
        CHECK(cached[s].text.masked.empty());
        CHECK(cached[s].rewrites == reference[s].rewrites);
        for (std::size_t i = 0; i < cached[s].text.ids.size(); ++i) {
            CHECK(std::abs(cached[s].text.probability[i] - reference[s].text.probability[i]) <
                  tolerance);
        }
    }
}

template <class T>
void check_all_blocks(double tolerance) {
    const ThreadCount one(1);
    auto model = random_model<T>(wide_config(), "model");
    for (const Index batch : {1, 3, 8}) {
        const std::vector<Ids> prompts = random_prompts(batch);
        for (const Index block : {1, 2, 3, 4, 5, 8, 13, 16, 26, 27}) {
            for (const BlockOptions& options : all_rules(block)) {
                INFO("block " << block << ", batch " << batch);
                check_equal(denoise_with_cache(model, prompts, positions, options),
                            denoise_by_block(model, prompts, positions, options), tolerance);
            }
        }
    }
}

}  // namespace

TEST_CASE("with a cache all blocks and batches give the texts that they give without one, double") {
    check_all_blocks<double>(1e-12);
}

TEST_CASE("with a cache all blocks and batches give the texts that they give without one, float") {
    check_all_blocks<float>(1e-4);
}

TEST_CASE("a text ends with the block of its eos, with a cache as without") {
    const ThreadCount one(1);
    auto model = random_model<double>(wide_config(), "model");
    const std::vector<Ids> prompts = random_prompts(8);
    for (const Index block : {1, 4, 7, 16}) {
        BlockOptions options = all_rules(block)[0];
        const auto full = denoise_by_block(model, prompts, positions, options);
        // Texts 0, 1, 2 and 4 with prompts of 1, 6, 11 and 2 tokens: each has an eos at its turn
        for (const std::size_t s : {0, 1, 2, 4}) {
            INFO("block " << block << ", text " << s);
            const std::size_t written = prompts[s].size() + 3;
            options.eos = full[s].text.ids[written];
            const auto reference = denoise_by_block(model, prompts, positions, options);
            check_equal(denoise_with_cache(model, prompts, positions, options), reference, 1e-12);
            // There are blocks behind that of the eos, and they cost no call
            CHECK(reference[s].text.calls < full[s].text.calls);
            const auto behind = (Index(written) / block + 1) * block;
            REQUIRE(behind < positions);
            CHECK(std::count(reference[s].text.ids.begin() + behind, reference[s].text.ids.end(),
                             options.eos) == positions - behind);
        }
    }
}

TEST_CASE("a text is the same bit for bit alone, among eight and with two threads") {
    auto model = random_model<float>(wide_config(), "model");
    const std::vector<Ids> prompts = random_prompts(8);
    for (const Index block : {1, 4, 6, 16}) {
        // The key of a text is that of its place in the batch: nothing may be drawn here
        BlockOptions options = all_rules(block)[0];
        options.eos = 2;
        std::vector<std::vector<RefiningState>> results;
        for (const int threads : {1, 2}) {
            const ThreadCount count(threads);
            results.push_back(denoise_with_cache(model, prompts, positions, options));
            results.emplace_back();
            for (const Ids& prompt : prompts) {
                results.back().push_back(
                    denoise_with_cache(model, {prompt}, positions, options)[0]);
            }
        }
        for (const auto& result : results) check_equal(result, results[0], 0x1p-1074);
    }
}

TEST_CASE("the clean pass of a finished block shares the first call of the next one") {
    const ThreadCount one(1);
    auto model = random_model<double>(wide_config(), "model");
    BlockOptions options;
    options.fill.rule = RevealRule::count;
    options.fill.steps = 2;
    options.block = 5;
    std::vector<std::pair<Index, Index>> calls;
    DecodeHooks hooks;
    hooks.count_call = [&](Index rows, Index masked) { calls.emplace_back(rows, masked); };
    // Positions 0 to 6 are given: 3 masks in the second block, then blocks of 5, 5 and 2
    denoise_with_cache(model, {Ids(7, 1)}, 22, options, hooks);
    const std::vector<std::pair<Index, Index>> expected{{10, 3}, {5, 1}, {10, 5}, {5, 2},
                                                        {10, 5}, {5, 2}, {7, 2},  {2, 1}};
    CHECK(calls == expected);
}

TEST_CASE("a replay is asked about each text by its number") {
    const ThreadCount one(1);
    auto model = random_model<double>(wide_config(), "model");
    BlockOptions options = all_rules(4)[0];
    std::map<Index, std::size_t> masked_at_first;
    DecodeHooks hooks;
    // Text s is to become 1 + s everywhere
    hooks.replay = [&](Index s, std::span<const Index> masked, std::span<Reveal> step) {
        CHECK(masked.size() == step.size());
        masked_at_first.emplace(s, masked.size());
        for (Reveal& reveal : step) reveal.choice.token = std::int32_t(1 + s);
    };
    const std::vector<Ids> prompts{{1, 2}, {3}, {4, 5, 6}};
    const auto texts = denoise_with_cache(model, prompts, positions, options, hooks);
    CHECK(masked_at_first == std::map<Index, std::size_t>{{0, 2}, {1, 3}, {2, 1}});
    for (Index s = 0; s < 3; ++s) {
        const Ids& ids = texts[std::size_t(s)].text.ids;
        for (std::size_t i = prompts[std::size_t(s)].size(); i < ids.size(); ++i) {
            CHECK(ids[i] == 1 + s);
        }
    }
}

TEST_CASE("an observer sees every block finished before the next one begins") {
    const ThreadCount one(1);
    auto model = random_model<double>(wide_config(), "model");
    const BlockOptions options = all_rules(4)[0];
    Index steps = 0;
    DecodeHooks hooks;
    hooks.observer = [&](Index, const RefiningState& state) {
        const DenoisingState& text = state.text;
        ++steps;
        CHECK(text.calls == steps);
        if (text.masked.empty()) return;
        for (Index i = (text.masked.front() / 4 + 1) * 4; i < positions; ++i) {
            CHECK(text.ids[i] == model.config().mask_token);
        }
    };
    const auto text = denoise_with_cache(model, {Ids{1, 2}}, positions, options, hooks)[0];
    CHECK(text.text.calls == steps);
}

TEST_CASE("a cache is used again: what is left of other texts decides nothing") {
    const ThreadCount one(1);
    auto model = random_model<double>(wide_config(), "model");
    const BlockOptions options = all_rules(4)[0];
    KvCache<Host<double>> cache(model.config(), 8, 40);
    const std::vector<Ids> prompts = random_prompts(8);
    denoise_with_cache(model, cache, prompts, positions, options);
    const std::vector<Ids> others{prompts[3], prompts[1]};
    check_equal(denoise_with_cache(model, cache, others, positions, options),
                denoise_with_cache(model, others, positions, options), 0x1p-1074);
}

TEST_CASE("what cannot be decoded with a cache is refused") {
    auto model = random_model<double>(wide_config(), "model");
    KvCache<Host<double>> cache(model.config(), 2, 20);
    const auto refusal = [&](std::vector<Ids> prompts, Index canvas, Index block,
                             bool block_causal = true) {
        BlockOptions options;
        options.block = block;
        options.block_causal = block_causal;
        return error_of([&] { denoise_with_cache(model, cache, prompts, canvas, options); });
    };
    CHECK(refusal({{1}}, 20, 0) == "block: expected 1 ... 20, the canvas, got 0");
    CHECK(refusal({{1}}, 20, 21) == "block: expected 1 ... 20, the canvas, got 21");
    CHECK(refusal({{1}}, 21, 4) == "cache: expected a canvas of at most 20 tokens, got 21");
    CHECK(refusal({{1}, {}}, 20, 4) == "decoding: expected a prompt, got an empty one");
    CHECK(refusal({{1}, {1}, {1}}, 20, 4) ==
          "cache: expected at most 2 texts, for which it has room, got 3");
    CHECK(refusal({Ids(20, 1)}, 20, 4) ==
          "denoising: expected a prompt shorter than the canvas of 20 tokens, got 20");
    CHECK(refusal({{1}}, 20, 4, false) ==
          "cache: expected block-causal attention, got full attention");
    CHECK(refusal({{1}}, 20, 4).empty());

    ModelConfig other = wide_config();
    other.layers = 1;
    auto smaller = random_model<double>(other, "other");
    CHECK(error_of([&] { denoise_with_cache(smaller, cache, {{1}}, 20, {}); }) ==
          "cache: expected one for this model's shape, got another model's");
    CHECK(error_of([&] { greedy_decode_with_cache(smaller, cache, {{1}}, 20, 2); }) ==
          "cache: expected one for this model's shape, got another model's");
}
