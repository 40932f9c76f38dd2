// Decoding with a KV cache on the device: the host's texts.
#include "block_decoding/cached_attention_device.h"
#include "block_decoding/cached_decode.h"
#include "block_decoding/cached_greedy.h"
#include "tests/block_decoding/texts.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/device_model.h"
#include "tests/transformer/model_error.h"

using namespace seed;

namespace {

// What host and device make of the prompts.
void check_device(Index batch, const BlockOptions& options) {
    const ThreadCount one(1);
    auto host = random_model<float>(wide_config(), "model");
    auto device = on_device(host);
    const std::vector<Ids> prompts = random_prompts(batch);
    // Two float models, each off by the error of its logits, which are below 20
    const double bound = 2 * 20 * forward_error(wide_config(), positions);
    const auto expected = denoise_with_cache(host, prompts, positions, options);
    const auto texts = denoise_with_cache(device, prompts, positions, options);
    for (std::size_t s = 0; s < texts.size(); ++s) {
        CHECK(texts[s].text.ids == expected[s].text.ids);
        CHECK(texts[s].text.calls == expected[s].text.calls);
        for (std::size_t i = 0; i < texts[s].text.ids.size(); ++i) {
            CHECK(std::abs(texts[s].text.probability[i] - expected[s].text.probability[i]) <= bound);
        }
    }
}

}  // namespace

TEST_CASE("the device writes the host's texts by every rule") {
    for (const BlockOptions& options : all_rules(7)) check_device(3, options);
}

TEST_CASE("the device writes the host's texts token by token, and all at once") {
    for (const Index block : {1, 27}) check_device(1, all_rules(block)[0]);
}

TEST_CASE("with a cache the device writes what it writes without one") {
    const ThreadCount one(1);
    auto device = on_device(random_model<float>(wide_config(), "model"));
    const std::vector<Ids> prompts = random_prompts(3);
    const BlockOptions options = all_rules(5)[0];
    const auto expected = denoise_by_block(device, prompts, positions, options);
    const auto texts = denoise_with_cache(device, prompts, positions, options);
    for (std::size_t s = 0; s < texts.size(); ++s) CHECK(texts[s].text.ids == expected[s].text.ids);
}

TEST_CASE("the device continues prompts token by token as the host does") {
    const ThreadCount one(1);
    auto host = random_model<float>(wide_config(), "model");
    auto device = on_device(host);
    const std::vector<Ids> prompts = random_prompts(3);
    const auto expected = greedy_decode_with_cache(host, prompts, positions, 2);
    const auto texts = greedy_decode_with_cache(device, prompts, positions, 2);
    CHECK(texts.completions == expected.completions);
    CHECK(texts.calls == expected.calls);
}

TEST_CASE("nothing is appended and nobody attends where there is no row") {
    const CachedAttentionShape none{2, 1, 3, 4, 1, {}};
    const DeviceMatrix<float> keys(3, key_columns(4)), values(4, 3);
    append_to_cache(keys.view(), values.view(), {nullptr, 0, 3}, {nullptr, 0, 3}, none);
    cached_attention_forward({nullptr, 0, 6}, {nullptr, 0, 6}, keys.view(), values.view(), none);
}
