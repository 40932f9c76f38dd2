// Decoding in steps of fixed shape: the texts of the decoder that lays out every call anew.
#include "block_decoding/cached_decode.h"
#include "block_decoding/device_decoder.h"
#include "tests/block_decoding/texts.h"
#include "tests/support/refusals.h"
#include "tests/transformer/device_model.h"

using namespace seed;

namespace {

void check_equal(const std::vector<DenoisingState>& texts,
                 const std::vector<RefiningState>& expected) {
    REQUIRE(texts.size() == expected.size());
    for (std::size_t s = 0; s < texts.size(); ++s) {
        INFO("text " << s);
        const DenoisingState& reference = expected[s].text;
        CHECK(texts[s].ids == reference.ids);
        CHECK(texts[s].calls == reference.calls);
        CHECK(texts[s].masked.empty());
        REQUIRE(texts[s].probability.size() == reference.probability.size());
        for (std::size_t p = 0; p < reference.probability.size(); ++p) {
            // The same logits; another order of the sums
            CHECK(std::abs(texts[s].probability[p] - reference.probability[p]) < 1e-13);
        }
    }
}

// Two layers, grouped heads, biases: as texts.h's, with less to compute.
Transformer<Device> small_model(const char* weights = "model") {
    ModelConfig config = wide_config();
    config.hidden_size = 16, config.layers = 2, config.head_size = 4, config.intermediate = 12;
    return on_device(random_model<float>(config, weights));
}

// The rules threshold and count, greedy and with drawn tokens.
std::vector<BlockOptions> known_rules(Index block) {
    std::vector<BlockOptions> all{all_rules(block)[0], all_rules(block)[1]};
    for (const std::size_t i : {0, 1}) {
        all.push_back(all[i]);
        all.back().fill.temperature = 0.8;
        all.back().fill.key = RandomKey{5};
    }
    return all;
}

}  // namespace

TEST_CASE("steps of fixed shape write what steps of any shape write") {
    auto model = small_model();
    std::vector<Ids> prompts = random_prompts(3);
    std::swap(prompts[0], prompts[2]);  // the first text is done first: the others move
    for (const Index block : {1, 7, 9, 27}) {
        // Blocks that end with the text and that do not; each rule greedy and drawn
        for (const BlockOptions& options : known_rules(block)) {
            if (block != 7 && options.fill.temperature > 0) continue;
            INFO("block " << block);
            DeviceDecoder decoder(model, 3, positions, options);
            check_equal(decoder.decode(prompts),
                        denoise_with_cache(model, prompts, positions, options));
        }
    }
}

TEST_CASE("a graph is made for each size of the batch, and used again") {
    auto model = small_model();
    const std::vector<Ids> prompts = random_prompts(5);
    const BlockOptions options = known_rules(4)[1];
    const auto expected = denoise_with_cache(model, prompts, positions, options);
    Index steps = 0;
    for (const RefiningState& text : expected) steps = std::max(steps, text.text.calls);

    DeviceDecoder decoder(model, 6, positions, options), plain(model, 6, positions, options, false);
    check_equal(decoder.decode(prompts), expected);
    CHECK(decoder.played() == steps - 1);  // the first one loads the kernels
    // Prompts of 1, 6, 11, 16 and 2 tokens: they are not done at the same time
    const Index graphs = decoder.graphs();
    CHECK(graphs > 1);
    check_equal(decoder.decode(prompts), expected);
    CHECK(decoder.played() == steps);
    CHECK(decoder.graphs() == graphs);

    check_equal(plain.decode(prompts), expected);
    CHECK(plain.played() == 0);
    CHECK(plain.graphs() == 0);
}

TEST_CASE("a text keeps the length of its prompt when others close up") {
    BlockOptions options = known_rules(4)[1];  // 3 calls for a block, 1 for a single mask
    for (const char* const weights : {"some", "other", "third", "fourth"}) {
        auto model = small_model(weights);
        std::vector<Ids> prompts{{1, 2, 4}, {1, 2, 4, 5, 6}};
        options.eos = -1;
        const auto full = denoise_with_cache(model, prompts, positions, options);
        // Text 0 ends with its first token, which text 1 has in its prompt, in its first block
        options.eos = prompts[1][4] = full[0].text.ids[3];
        const auto expected = denoise_with_cache(model, prompts, positions, options);
        CHECK(expected[0].text.calls == 1);
        DeviceDecoder decoder(model, 2, positions, options);
        check_equal(decoder.decode(prompts), expected);
    }
}

TEST_CASE("what other texts left in a decoder decides nothing") {
    auto model = small_model();
    const std::vector<Ids> prompts = random_prompts(4);
    const BlockOptions options = known_rules(7)[0];
    DeviceDecoder decoder(model, 4, positions, options);
    decoder.decode(prompts);
    const std::vector<Ids> others{prompts[3], prompts[1]};
    check_equal(decoder.decode(others), denoise_with_cache(model, others, positions, options));
}

TEST_CASE("a text ends behind its eos in steps of fixed shape too") {
    auto model = small_model();
    const std::vector<Ids> prompts = random_prompts(3);
    for (const Index block : {1, 8}) {
        BlockOptions options = known_rules(block)[0];
        const auto full = denoise_with_cache(model, prompts, positions, options);
        for (const std::size_t s : {0, 2}) {
            INFO("block " << block << ", text " << s);
            options.eos = full[s].text.ids[prompts[s].size() + 3];
            const auto expected = denoise_with_cache(model, prompts, positions, options);
            CHECK(expected[s].text.calls < full[s].text.calls);
            DeviceDecoder decoder(model, 3, positions, options);
            check_equal(decoder.decode(prompts), expected);
        }
    }
}

TEST_CASE("what cannot be decoded in steps of fixed shape is refused", "[refusals]") {
    auto model = small_model();
    const auto refused = [&](auto&& change) {
        BlockOptions options = known_rules(4)[0];
        change(options);
        return [&model, options] { DeviceDecoder(model, 2, positions, options); };
    };
    DeviceDecoder decoder(model, 2, positions, known_rules(4)[0]);
    check_refusals({
        {refused([](BlockOptions& o) { o.block = 28; }),
         "block: expected 1 ... 27, the canvas, got 28"},
        {refused([](BlockOptions& o) { o.block_causal = false; }),
         "cache: expected block-causal attention, got full attention"},
        {refused([](BlockOptions& o) { o.fill.rule = RevealRule::entropy; }),
         "device decoder: expected the rule threshold or count, got another"},
        {refused([](BlockOptions& o) { o.tau_edit = 0.5; }),
         "device decoder: expected no rewriting, got tau_edit 0.5 and 0 passes"},
        {refused([](BlockOptions& o) { o.passes = 2; }),
         "device decoder: expected no rewriting, got tau_edit 1 and 2 passes"},
        {[&] {
             decoder.decode({{1}, {1}, {1}});
         },
         "cache: expected at most 2 texts, for which it has room, got 3"},
        {[&] {
             decoder.decode({{1}, {}});
         },
         "decoding: expected a prompt, got an empty one"},
    });
}
