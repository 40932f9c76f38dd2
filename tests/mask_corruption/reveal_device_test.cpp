// The reveal step on the device against the host's.
#include "mask_corruption/denoise_device.h"
#include "mask_corruption/elbo_loss.h"
#include "mask_corruption/elbo_loss_device.h"
#include "mask_corruption/mask_tokens.h"
#include "mask_corruption/mask_tokens_device.h"
#include "mask_corruption/sampling_device.h"
#include "tests/support/test_array.h"

using namespace seed;

namespace {

struct Step {
    std::vector<std::vector<Index>> masked;
    std::vector<TextStep> texts;
    TestArray<float> logits;
};

// Five texts with 1, 8, 15, 22, 29 masked positions, 75 rows, at different steps.
Step random_step(Index vocabulary) {
    Step step{{}, {}, TestArray<float>::random(test_key("logits"), 75, vocabulary, 6)};
    for (Index b = 0; b < 5; ++b) {
        std::vector<Index>& positions = step.masked.emplace_back();
        for (Index i = 0; i < 1 + 7 * b; ++i) positions.push_back(3 + 2 * i);
    }
    for (Index b = 0; b < 5; ++b) {
        step.texts.push_back({step.masked[b], 2 * b, test_key("text").fork(std::uint64_t(b))});
    }
    return step;
}

}  // namespace

TEST_CASE("a reveal step on the device chooses and reveals what the host does") {
    const Step step = random_step(61);
    DeviceMatrix<float> logits(75, 61);
    copy(logits.view(), step.logits.view());
    DenoiseOptions options;
    options.steps = 12, options.threshold = 0.3;
    for (const double temperature : {0.0, 0.6, 1.0}) {
        for (const auto rule : {RevealRule::ancestral, RevealRule::count, RevealRule::threshold}) {
            options.temperature = temperature, options.rule = rule;
            const HostView<const float> on_host = step.logits.view();
            const auto expected = reveal_step(on_host, step.texts, options);
            const auto actual = reveal_step(logits.view(), step.texts, options);
            REQUIRE(actual.size() == 75);
            REQUIRE(expected.size() == 75);
            int revealed = 0;
            for (std::size_t m = 0; m < 75; ++m) {
                INFO("row " << m << ", rule " << int(rule) << ", temperature " << temperature);
                CHECK(actual[m].choice.token == expected[m].choice.token);
                CHECK(near(actual[m].choice.probability, expected[m].choice.probability, 1e-13));
                CHECK(actual[m].revealed == expected[m].revealed);
                revealed += actual[m].revealed;
            }
            CHECK(revealed > 2);
            CHECK(revealed < 75);
        }
    }
    // Nothing masked: nothing to do
    CHECK(reveal_step(DeviceView<const float>{logits.view().data, 0, 61}, {}, options).empty());
}

TEST_CASE("choose_tokens and elbo_loss return on the host what they compute on the device") {
    const Step step = random_step(61);
    DeviceMatrix<float> logits(75, 61);
    copy(logits.view(), step.logits.view());
    const ChoiceKeys all = choice_keys(step.texts);
    const HostView<const float> on_host = step.logits.view();
    const auto expected = choose_tokens(on_host, 1, all.keys, all.rows);
    const auto actual =
        choose_tokens(DeviceView<const float>(logits.view()), 1, all.keys, all.rows);
    REQUIRE(actual.size() == expected.size());
    for (std::size_t m = 0; m < actual.size(); ++m) CHECK(actual[m].token == expected[m].token);

    const std::vector<double> weights = {2, 3, 5};
    const std::vector<float> losses = {0.5f, 1, 4};
    DeviceMatrix<float> column(3, 1);
    copy(column.view(), HostView<const float>{losses.data(), 3, 1});
    CHECK(elbo_loss(DeviceView<const float>(column.view()), weights) == 24);
    CHECK(elbo_loss(DeviceView<const float>{nullptr, 0, 1}, {}) == 0);
}

TEST_CASE("masks are those of the host also where rows begin off a 16-byte boundary") {
    const std::vector<std::int32_t> x0 = {9, 8, 7, 6, 5, 9, 8, 7, 6, 5, 9, 8, 7, 6, 5};
    const DeviceBuffer<std::int32_t> clean(x0);
    const std::vector<Index> prompts = {1, 0};
    const std::vector<double> probabilities = {0.5, 0.7};
    const std::vector<RandomKey> keys = {test_key("a"), test_key("b")};
    for (Index from = 0; from <= 4; ++from) {
        for (Index to = 0; to <= 4; ++to) {
            DeviceMatrix<std::int32_t> xt(3, 5);
            mask_tokens({xt.view().data + to, 2, 5}, {clean.data() + from, 2, 5}, prompts,
                        probabilities, 3, keys);
            std::vector<std::int32_t> actual(15);
            copy_from_device(actual.data(), xt.view().data, 15 * sizeof(std::int32_t));
            for (Index b = 0; b < 2; ++b) {
                const std::span<const std::int32_t> row(&x0[5 * b + from], 5);
                const auto expected = mask_tokens(row, prompts[b], probabilities[b], 3, keys[b]);
                CHECK(std::equal(expected.begin(), expected.end(), &actual[5 * b + to]));
            }
        }
    }
}
