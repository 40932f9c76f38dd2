// The parts of a likelihood report: windows, groups of texts, and how many states there are.
#include <algorithm>
#include <set>

#include "evaluation/likelihood_report_impl.h"
#include "tests/evaluation/fixed_texts.h"
#include "tests/support/catch.h"
#include "tests/support/compare.h"
#include "tests/transformer/random_model.h"

using namespace seed;

namespace {

constexpr Index positions = 14;

// Text i: two tokens of prompt, 3 + i % 8 of a program, padding.
std::vector<EvaluationText> texts_of(std::size_t count) {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    std::vector<EvaluationText> texts;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string program(3 + i % 8, char('a' + i % 20));
        texts.push_back({make_canvas(tokenizer.encode("pq"), tokenizer.encode(program), positions,
                                     tokenizer.eos_id()),
                         Index(program.size())});
    }
    return texts;
}

}  // namespace

TEST_CASE("a window lies in its text's content, anywhere, each text's where its own key says") {
    const auto texts = texts_of(1);  // content 2 ... 5, its eos the last
    std::set<std::vector<Index>> seen;
    for (std::uint64_t k = 0; k < 50; ++k) seen.insert(windows(texts, 3, {k})[0].positions);
    CHECK(seen == std::set<std::vector<Index>>{{2, 3, 4}, {3, 4, 5}});
    CHECK(windows(texts, 9, {1})[0].positions == std::vector<Index>{2, 3, 4, 5});

    const std::vector<EvaluationText> same(30, texts_of(8)[7]);
    std::set<Index> begins;
    for (const MaskableText& text : windows(same, 3, {5})) {
        CHECK(text.positions.size() == 3);
        begins.insert(text.positions[0]);
    }
    CHECK(begins.size() > 4);
}

TEST_CASE("all estimators together take as many states as were announced") {
    auto model = random_model<float>(bytes_config(positions).model, "states");
    const auto texts = maskable(texts_of(5)), few = maskable(texts_of(2));
    const auto chosen = windows(texts_of(3), 3, {1});
    Index done = 0;
    const LikelihoodOptions options{.samples = 4, .on_states = [&](Index n) { done += n; }};
    monte_carlo_nelbo(model, texts, options, {1});
    for (const RevealOrder order : {RevealOrder::left_to_right, RevealOrder::confidence}) {
        chain_rule_nll(model, few, order, options);
    }
    LikelihoodReport report;
    evaluate_windows(report, model, chosen, options, {1});
    CHECK(done == state_count(texts, few, chosen, 4));
    // Each figure is its estimator's
    const auto mean = [&](const std::vector<double>& nats) {
        return mean_per_position(nats, chosen);
    };
    CHECK(report.window_exact == mean(exact_nelbo(model, chosen, options)));
    CHECK(report.window_monte_carlo == mean(monte_carlo_nelbo(model, chosen, options, {1})));
    CHECK(report.window_left_to_right ==
          mean(chain_rule_nll(model, chosen, RevealOrder::left_to_right, options)));
    CHECK(report.window_confidence ==
          mean(chain_rule_nll(model, chosen, RevealOrder::confidence, options)));
}

TEST_CASE("nats per position are divided by the positions of all texts") {
    const std::vector<MaskableText> texts{{{}, {1, 2}}, {{}, {1, 2, 3}}, {{}, {4}}};
    CHECK(mean_per_position({1, 2, 9}, texts) == 12.0 / 6);
}

TEST_CASE("a baseline's texts are measured in groups, every one of them once") {
    auto model = random_model<float>(bytes_config(positions).model, "groups");
    const auto texts = texts_of(70);
    const std::vector<double> nats = next_token_nll(model, texts);
    REQUIRE(nats.size() == 70);
    for (const std::size_t i : {0, 1, 63, 64, 65, 69}) {
        CHECK(near(nats[i], autoregressive_nll(model, {texts[i].canvas})[0], 1e-5));
    }
}

TEST_CASE("the likelihood is that of the run's noise schedule, on as many texts as are asked for") {
    const Tokenizer tokenizer = Tokenizer::from_merges({});
    const FixedTexts source(tokenizer, texts_of(5));
    RunConfig config = bytes_config(positions);
    config.loss.schedule = NoiseSchedule::cosine;
    auto model = random_model<float>(config.model, "schedule");
    const LikelihoodEffort effort{
        .texts = 4, .samples = 3, .chain_texts = 2, .window_texts = 1, .window_tokens = 2};
    const LikelihoodReport report = evaluate_likelihood(model, config, source, effort);
    const LikelihoodOptions options{.schedule = NoiseSchedule::cosine, .samples = 3};
    const RandomKey key = RandomKey{config.seed}.fork("evaluation");
    const auto texts = texts_of(4);
    CHECK(report.texts == 4);
    CHECK(report.nelbo->nats_per_token ==
          normalise(monte_carlo_nelbo(model, maskable(texts), options, key), texts).nats_per_token);
    CHECK(
        report.window_exact ==
        mean_per_position(exact_nelbo(model, windows(texts_of(1), 2, key.fork("windows")), options),
                          windows(texts_of(1), 2, key.fork("windows"))));
    CHECK(first_texts(texts, 9).size() == 4);
    CHECK(first_texts(texts, 3).size() == 3);
}
