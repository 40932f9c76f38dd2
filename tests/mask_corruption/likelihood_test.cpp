// The estimators of the likelihood against brute force, and against each other.
#include "mask_corruption/likelihood.h"

#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;

namespace {

// Seven tokens, of which four may be masked: given ones before, between and behind them.
MaskableText some_text(std::string_view purpose) {
    const auto batch = random_training_batch(small_config(), 1, 7, AttentionMask::full(), purpose);
    return {batch.targets, {1, 2, 4, 5}};
}

// -log p of the masked positions of one state, by a call of its own.
double nats_of(Transformer<Host<double>>& model, const MaskableText& text, Index subset) {
    TokenBatch batch{1, Index(text.ids.size()), text.ids, {}, AttentionMask::full()};
    std::vector<Index> rows;
    std::vector<std::int32_t> targets;
    for (std::size_t i = 0; i < text.positions.size(); ++i) {
        if ((subset >> i & 1) == 0) continue;
        rows.push_back(text.positions[i]);
        targets.push_back(text.ids[text.positions[i]]);
        batch.ids[text.positions[i]] = model.config().mask_token;
    }
    double nats = 0;
    for (const double log_p : model.log_likelihoods(batch, rows, targets)) nats -= log_p;
    return nats;
}

// The weight of a state with k of n masks: int_0^1 gamma'/gamma gamma^k (1 - gamma)^(n-k) dt, by
// the midpoint rule. Its error is at most h^2 / 24 times the integrand's second derivative (< 200).
double integrated_weight(NoiseSchedule schedule, Index k, Index n) {
    const int pieces = 20000;
    double sum = 0;
    for (int i = 0; i < pieces; ++i) {
        const double t = (i + 0.5) / pieces, g = gamma(schedule, t);
        sum += elbo_weight(schedule, t) * std::pow(g, double(k)) * std::pow(1 - g, double(n - k));
    }
    return sum / pieces;
}

}  // namespace

TEST_CASE("the exact NELBO is the integral over all noise levels and masks, for each schedule") {
    const ThreadCount one(1);
    const NoiseSchedule schedule = GENERATE(NoiseSchedule::linear, NoiseSchedule::cosine);
    auto model = random_model<double>(small_config(), "model");
    const MaskableText text = some_text("text");
    double expected = 0;
    for (Index subset = 1; subset < 16; ++subset) {
        const Index k = std::popcount(std::uint64_t(subset));
        expected += integrated_weight(schedule, k, 4) * nats_of(model, text, subset);
    }
    LikelihoodOptions options;
    options.schedule = schedule;
    CHECK(near(exact_nelbo(model, {text}, options)[0], expected, 1e-7));
}

TEST_CASE("every estimator tells how many states it has been through") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const std::vector<MaskableText> texts = {some_text("text"), some_text("other")};
    const Index n = Index(texts[0].positions.size());
    Index states = 0, calls = 0;
    LikelihoodOptions options{.samples = 5, .batch = 4};
    options.on_states = [&](Index count) { states += count, ++calls; };
    const auto counted = [&](const auto& estimate) {
        states = calls = 0;
        estimate();
        CHECK(calls > 1);
        return states;
    };
    CHECK(counted([&] { monte_carlo_nelbo(model, texts, options, {1}); }) == 2 * 5);
    CHECK(counted([&] { exact_nelbo(model, texts, options); }) == 2 * ((1 << n) - 1));
    for (RevealOrder order : {RevealOrder::left_to_right, RevealOrder::confidence}) {
        CHECK(counted([&] { chain_rule_nll(model, texts, order, options); }) == 2 * n);
    }
}

TEST_CASE("the exact NELBO is the mean of the chain rule over all orders") {
    const ThreadCount one(1);
    for (const std::string_view purpose : {"first", "second", "third"}) {
        auto model = random_model<double>(small_config(), purpose);
        const MaskableText text = some_text(purpose);
        std::vector<Index> order = text.positions;
        double sum = 0, smallest = 1e9, largest = 0;
        int orders = 0;
        do {
            const double nats = chain_rule_along(model, text, order, {});
            sum += nats, ++orders;
            smallest = std::min(smallest, nats), largest = std::max(largest, nats);
        } while (std::next_permutation(order.begin(), order.end()));
        CHECK(orders == 24);
        CHECK(largest > smallest + 1e-6);  // the orders differ: the identity is no accident
        CHECK(near(exact_nelbo(model, {text}, {})[0], sum / 24, 1e-12));
    }
}

TEST_CASE("a text of one position has one likelihood, whichever way it is estimated") {
    auto model = random_model<double>(small_config(), "model");
    MaskableText text = some_text("text");
    text.positions = {4};
    const double nats = nats_of(model, text, 1);
    CHECK(near(exact_nelbo(model, {text}, {})[0], nats, 1e-13));
    CHECK(near(chain_rule_along(model, text, {4}, {}), nats, 1e-13));
    for (const RevealOrder order : {RevealOrder::left_to_right, RevealOrder::confidence}) {
        CHECK(near(chain_rule_nll(model, {text}, order, {})[0], nats, 1e-13));
    }
}

TEST_CASE("the Monte-Carlo estimate lies within its standard error of the exact NELBO") {
    const ThreadCount one(1);
    const NoiseSchedule schedule = GENERATE(NoiseSchedule::linear, NoiseSchedule::cosine);
    auto model = random_model<double>(small_config(), "model");
    const std::vector<MaskableText> texts = {some_text("first"), some_text("second")};
    LikelihoodOptions options;
    options.schedule = schedule, options.samples = 16;
    const std::vector<double> exact = exact_nelbo(model, texts, options);
    const int keys = 400;
    std::vector<double> sum(2), squares(2);
    for (int i = 0; i < keys; ++i) {
        const auto nats = monte_carlo_nelbo(model, texts, options, test_key("samples").fork(i));
        for (int s = 0; s < 2; ++s) sum[s] += nats[s], squares[s] += nats[s] * nats[s];
    }
    for (int s = 0; s < 2; ++s) {
        const double mean = sum[s] / keys, variance = squares[s] / keys - mean * mean;
        const double standard_error = std::sqrt(variance / keys);
        INFO("mean " << mean << " +- " << standard_error << ", exact " << exact[s]);
        CHECK(std::abs(mean - exact[s]) < 5 * standard_error);
        CHECK(5 * standard_error < 0.25 * exact[s]);  // or the test says nothing
    }
}

TEST_CASE("the number of states in a batch changes no estimate") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const std::vector<MaskableText> texts = {some_text("first"), some_text("second")};
    const auto estimates = [&](Index batch) {
        LikelihoodOptions options;
        options.batch = batch, options.samples = 5;
        std::vector<double> all = exact_nelbo(model, texts, options);
        for (const double x : monte_carlo_nelbo(model, texts, options, test_key("samples"))) {
            all.push_back(x);
        }
        for (const RevealOrder order : {RevealOrder::left_to_right, RevealOrder::confidence}) {
            for (const double x : chain_rule_nll(model, texts, order, options)) all.push_back(x);
        }
        return all;
    };
    const std::vector<double> expected = estimates(64);
    for (const Index batch : {1, 3}) {
        const std::vector<double> actual = estimates(batch);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            CHECK(near(actual[i], expected[i], 1e-13));
        }
    }
}

TEST_CASE("texts that cannot be scored are refused") {
    auto model = random_model<double>(small_config(), "model");
    const MaskableText text = some_text("text");
    MaskableText long_text{std::vector<std::int32_t>(11, 1), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};
    CHECK(error_of([&] { exact_nelbo(model, {long_text}, {}); }) ==
          "exact NELBO: expected at most 10 maskable positions, got 11");
    CHECK(error_of([&] {
              exact_nelbo(model, {text, long_text}, {});
          }) == "likelihood: expected texts of 7 tokens, got 11");
    CHECK(error_of([&] { exact_nelbo(model, {}, {}); }) ==
          "likelihood: expected at least one text, got none");
    CHECK(error_of([&] {
              exact_nelbo(model, {{text.ids, {}}}, {});
          }) == "likelihood: expected maskable positions, got none");
    CHECK(error_of([&] {
              chain_rule_along(model, text, {1, 2, 4, 4}, {});
          }) == "chain rule: expected an order of the 4 maskable positions");
}

TEST_CASE("behind_prompt takes every position behind the prompt") {
    const MaskableText text = MaskableText::behind_prompt(make_canvas({1, 2}, {4}, 5, 10));
    CHECK(text.ids == std::vector<std::int32_t>{1, 2, 4, 10, 10});
    CHECK(text.positions == std::vector<Index>{2, 3, 4});
}
