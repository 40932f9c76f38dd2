// Denoising and likelihood on the device: the same checkpoint gives the same tokens and numbers.
#include "mask_corruption/denoise.h"
#include "mask_corruption/likelihood.h"
#include "tests/support/temporary_folder.h"
#include "tests/transformer/device_model.h"
#include "tests/transformer/model_error.h"
#include "transformer/trainer.h"

using namespace seed;

namespace {

const std::vector<std::vector<std::int32_t>> prompts{{1, 2, 4}, {5}, {7, 9, 10, 0}};
constexpr Index positions = 14;

// What a checkpoint of this model holds, read back on the host and on the device.
struct Checkpoint {
    ModelConfig config = small_config();
    TemporaryFolder folder;

    Checkpoint() {
        const auto model = random_model<float>(config, "model");
        Safetensors file;
        add_tensors(file, model.parameters(), "");
        write_safetensors(folder / "model.safetensors", file);
    }
    template <class Space>
    Transformer<Space> read() const {
        return {config, read_parameters<Space>(config, folder / "model.safetensors")};
    }
};

}  // namespace

TEST_CASE("the same checkpoint decodes to the same tokens on host and device") {
    const Checkpoint checkpoint;
    auto host = checkpoint.read<Host<float>>();
    auto device = checkpoint.read<Device>();
    DenoiseOptions options;
    options.rule = GENERATE(RevealRule::threshold, RevealRule::count, RevealRule::ancestral,
                            RevealRule::entropy);
    options.temperature = GENERATE(0.0, 1.0);
    options.threshold = 0.6;
    options.steps = 5;
    options.key = test_key("decoding");
    const auto expected = denoise(host, prompts, positions, options);
    const auto decoded = denoise(device, prompts, positions, options);
    REQUIRE(decoded.size() == expected.size());
    for (std::size_t s = 0; s < decoded.size(); ++s) {
        CHECK(decoded[s].ids == expected[s].ids);
        CHECK(decoded[s].calls == expected[s].calls);
        for (Index i = 0; i < positions; ++i) {
            // Two float models, each off by the error of its logits, which are below 20
            const double bound = 2 * 20 * forward_error(checkpoint.config, positions);
            CHECK(std::abs(decoded[s].probability[i] - expected[s].probability[i]) <= bound);
        }
    }
}

TEST_CASE("every estimator of the likelihood gives the host's numbers on the device") {
    const Checkpoint checkpoint;
    auto exact = random_model<double>(checkpoint.config, "model");
    auto device = checkpoint.read<Device>();
    const std::vector<MaskableText> texts{{{1, 2, 4, 5, 6, 7}, {2, 3, 4, 5}},
                                          {{9, 8, 7, 10, 5, 4}, {1, 3, 5}}};
    const LikelihoodOptions options{.samples = 8};
    const RandomKey key = test_key("likelihood");
    const auto check = [&](const std::vector<double>& actual, const std::vector<double>& expected) {
        REQUIRE(actual.size() == 2);
        const double bound = 20 * forward_error(checkpoint.config, 6);  // logits are below 20
        for (std::size_t s = 0; s < 2; ++s) CHECK(near(actual[s], expected[s], bound));
    };
    check(monte_carlo_nelbo(device, texts, options, key),
          monte_carlo_nelbo(exact, texts, options, key));
    check(exact_nelbo(device, texts, options), exact_nelbo(exact, texts, options));
    for (RevealOrder order : {RevealOrder::left_to_right, RevealOrder::confidence}) {
        check(chain_rule_nll(device, texts, order, options),
              chain_rule_nll(exact, texts, order, options));
    }
}
