// The figures of a likelihood report: per token, per byte, their spread, and under which name.
#include "evaluation/likelihood_report.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "tests/evaluation/fixed_texts.h"
#include "tests/support/catch.h"
#include "tests/support/compare.h"
#include "tests/transformer/random_model.h"

using namespace seed;

namespace {

constexpr Index positions = 14;

// (prompt, content) lengths and bytes that no two texts share
std::vector<EvaluationText> three_texts() {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    std::vector<EvaluationText> texts;
    for (const auto& [prompt, program] :
         {std::pair{"p", "abc"}, {"pq", "defghi"}, {"pqr", "jklmnopq"}}) {
        texts.push_back({make_canvas(tokenizer.encode(prompt), tokenizer.encode(program), positions,
                                     tokenizer.eos_id()),
                         Index(std::string_view(program).size()) * 10});
    }
    return texts;  // 4, 7 and 9 tokens with their eos; 30, 60 and 80 bytes
}

const LikelihoodEffort effort{
    .texts = 3, .samples = 6, .chain_texts = 2, .window_texts = 1, .window_tokens = 3};

}  // namespace

TEST_CASE("nats are divided by tokens and by bytes") {
    const Likelihood likelihood = normalise({8, 10, 22}, three_texts());
    CHECK(likelihood.nats_per_token == 40.0 / 20.0);
    CHECK(near(likelihood.bits_per_byte, 40.0 / 170.0 / std::numbers::ln2, 1e-14));
}

TEST_CASE("the limit is the texts' own likelihood, where every one of them is known") {
    std::vector<EvaluationText> texts = three_texts();
    CHECK(!normalise({8, 10, 22}, texts).limit_nats_per_token);
    CHECK(!normalise({8, 10, 22}, texts).above_limit());
    texts[0].nats = 3, texts[1].nats = 0;
    CHECK(!normalise({8, 10, 22}, texts).limit_nats_per_token);
    texts[2].nats = 7;
    const Likelihood likelihood = normalise({8, 10, 22}, texts);
    CHECK(*likelihood.limit_nats_per_token == 10.0 / 20.0);
    CHECK(*likelihood.above_limit() == 40.0 / 20.0 - 10.0 / 20.0);
    texts.pop_back();  // another list of texts, another limit
    CHECK(near(*normalise({8, 10}, texts).limit_nats_per_token, 3.0 / 11.0, 1e-15));
}

TEST_CASE("the standard error is the root of a variance") {
    // The mean is 2 nats per token: 8, 14 and 18 were expected, so the texts are off by 0, -4 and
    // 4; the sum of three has the variance 3 * (0 + 16 + 16) / 2 = 48
    CHECK(near(standard_error({8, 10, 22}, three_texts()), std::sqrt(48.0) / 20, 1e-14));
    CHECK(standard_error({8, 14, 18}, three_texts()) == 0);
    CHECK(standard_error({8}, {three_texts()[0]}) == 0);
}

TEST_CASE("a model that knows nothing has log(V - 1) at every position, and no spread") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const FixedTexts source(tokenizer, three_texts());
    const RunConfig config = bytes_config(positions);
    CpuTransformer model = uniform_model(config);
    const LikelihoodReport report = evaluate_likelihood(model, config, source, effort);
    const double nats = std::log(258.0);
    CHECK(report.texts == 3);
    // Of the first two: all 13 + 12 positions behind the prompt count, over 4 + 7 tokens
    CHECK(near(report.left_to_right->nats_per_token, 25 * nats / 11, 1e-5));
    CHECK(near(report.left_to_right->bits_per_byte, 25 * nats / 90 / std::numbers::ln2, 1e-5));
    CHECK(near(report.confidence->nats_per_token, 25 * nats / 11, 1e-5));
    CHECK(report.window_tokens == 3);
    CHECK(near(report.window_exact, nats, 1e-5));
    CHECK(near(report.window_left_to_right, nats, 1e-5));
    CHECK(near(report.window_confidence, nats, 1e-5));

    RunConfig baseline = config;
    baseline.objective = Objective::autoregressive;
    const LikelihoodReport exact = evaluate_likelihood(model, baseline, source, effort);
    CHECK(!exact.nelbo);
    CHECK(near(exact.left_to_right->nats_per_token, nats, 1e-5));  // content alone
}

TEST_CASE("each estimator's figure is that estimator's, on the texts it is meant for") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const std::vector<EvaluationText> texts = three_texts(), two{texts[0], texts[1]};
    const FixedTexts source(tokenizer, texts);
    const RunConfig config = bytes_config(positions);
    auto model = random_model<float>(config.model, "likelihood report");
    const LikelihoodReport report = evaluate_likelihood(model, config, source, effort);

    std::vector<MaskableText> maskable;
    for (const EvaluationText& text : texts) {
        maskable.push_back(MaskableText::behind_prompt(text.canvas));
    }
    const LikelihoodOptions options{.schedule = config.loss.schedule, .samples = 6};
    const auto nats =
        monte_carlo_nelbo(model, maskable, options, RandomKey{config.seed}.fork("evaluation"));
    CHECK(report.nelbo->nats_per_token == normalise(nats, texts).nats_per_token);
    CHECK(report.standard_error == standard_error(nats, texts));
    CHECK(report.standard_error > 0);
    maskable.pop_back();
    const auto along = [&](RevealOrder order) {
        return normalise(chain_rule_nll(model, maskable, order, options), two).nats_per_token;
    };
    CHECK(report.left_to_right->nats_per_token == along(RevealOrder::left_to_right));
    CHECK(report.confidence->nats_per_token == along(RevealOrder::confidence));
    CHECK(along(RevealOrder::left_to_right) != along(RevealOrder::confidence));
}

TEST_CASE("every figure of the likelihood is under its name in the JSON") {
    const LikelihoodReport report{.texts = 3,
                                  .nelbo = Likelihood{1.5, 2.5, 13.5},
                                  .standard_error = 3.5,
                                  .left_to_right = Likelihood{4.5, 5.5, 14.5},
                                  .confidence = Likelihood{6.5, 7.5},
                                  .window_tokens = 8,
                                  .window_exact = 9.5,
                                  .window_monte_carlo = 10.5,
                                  .window_left_to_right = 11.5,
                                  .window_confidence = 12.5};
    CHECK(to_json(report) == nlohmann::ordered_json{{"texts", 3},
                                                    {"nelbo_nats_per_token", 1.5},
                                                    {"nelbo_bits_per_byte", 2.5},
                                                    {"nelbo_limit_nats_per_token", 13.5},
                                                    {"nelbo_standard_error", 3.5},
                                                    {"left_to_right_nats_per_token", 4.5},
                                                    {"left_to_right_bits_per_byte", 5.5},
                                                    {"left_to_right_limit_nats_per_token", 14.5},
                                                    {"confidence_nats_per_token", 6.5},
                                                    {"confidence_bits_per_byte", 7.5},
                                                    {"confidence_limit_nats_per_token", nullptr},
                                                    {"window_tokens", 8},
                                                    {"window_exact_nats_per_token", 9.5},
                                                    {"window_monte_carlo_nats_per_token", 10.5},
                                                    {"window_left_to_right_nats_per_token", 11.5},
                                                    {"window_confidence_nats_per_token", 12.5}});
    LikelihoodReport baseline;
    baseline.texts = 4;
    baseline.left_to_right = Likelihood{1.5, 2.5};
    CHECK(to_json(baseline) ==
          nlohmann::ordered_json{{"texts", 4},
                                 {"left_to_right_nats_per_token", 1.5},
                                 {"left_to_right_bits_per_byte", 2.5},
                                 {"left_to_right_limit_nats_per_token", nullptr}});
}
