// Drawing orders: the rules, the noise, the keys.
#include "trajectory_selection/pool.h"

#include <array>
#include <cmath>

#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;

namespace {

MaskableText some_text(std::string_view purpose) {
    const auto batch = random_training_batch(small_config(), 1, 12, AttentionMask::full(), purpose);
    return {batch.targets, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};
}

std::vector<std::vector<std::int32_t>> steps_of(const std::vector<Trajectory>& pool) {
    std::vector<std::vector<std::int32_t>> steps;
    for (const Trajectory& t : pool) steps.push_back(t.reveal);
    return steps;
}

}  // namespace

TEST_CASE("the noisiest confidence is drawn in proportion to c to the power 1 / tau") {
    const std::array<double, 3> c{0.2, 0.5, 0.9};
    const double tau = 0.5;
    std::array<int, 3> first{};
    const int draws = 20000;
    for (int k = 0; k < draws; ++k) {
        std::array<double, 3> noisy;
        const std::vector<double> temperatures(3, tau);
        const std::vector<RandomKey> keys(3, RandomKey{7}.fork(std::uint64_t(k)));
        const std::vector<std::uint64_t> rows{4, 5, 6};
        add_gumbel_noise({noisy.data(), 3, 1}, {c.data(), 3, 1}, temperatures, keys, rows);
        ++first[std::max_element(noisy.begin(), noisy.end()) - noisy.begin()];
    }
    const double sum = 0.04 + 0.25 + 0.81;
    for (int i = 0; i < 3; ++i) {
        const double p = std::pow(c[i], 1 / tau) / sum;
        CHECK(std::abs(first[i] / double(draws) - p) < 5 * std::sqrt(p * (1 - p) / draws));
    }
}

TEST_CASE("without noise the order is the model's own confidence") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const MaskableText text = some_text("text");
    PoolOptions options{.members = 1, .temperatures = {0}, .steps = {11}, .thresholds = {}};
    const Trajectory t = draw_pool(model, {text}, options, test_key("pool"))[0];
    REQUIRE(t.steps == 11);
    // Chapter 3 walks the same order, and scores it
    CHECK(near(-t.score, chain_rule_nll(model, {text}, RevealOrder::confidence, {})[0], 1e-12));
}

TEST_CASE("a member depends on its own key and text, not on its neighbours or the batch") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    const std::vector<MaskableText> texts{some_text("a"), some_text("b"), some_text("c")};
    PoolOptions options;
    options.members = 3, options.steps = {3, 5, 7};
    const auto whole = draw_pool(model, texts, options, test_key("pool"));
    options.batch = 2;
    CHECK(steps_of(draw_pool(model, texts, options, test_key("pool"))) == steps_of(whole));
    const auto last = draw_pool(model, {texts[2]}, options, test_key("pool"), 2);
    CHECK(steps_of(last) == steps_of({whole.begin() + 6, whole.end()}));
    // Two members of a text, two texts with the same tokens, and two keys are not alike
    options.temperatures = {1}, options.steps = {11}, options.thresholds = {};
    const auto same = draw_pool(model, {texts[0], texts[0]}, options, test_key("pool"));
    CHECK(same[0].reveal != same[1].reveal);
    CHECK(same[0].reveal != same[3].reveal);
    CHECK(steps_of(draw_pool(model, texts, options, test_key("other"))) !=
          steps_of(draw_pool(model, texts, options, test_key("pool"))));
}

TEST_CASE("the steps of one trajectory have numbers of their own") {
    const auto noise = [](Index step) {
        const std::vector<Index> masked{2, 3};
        const std::vector<std::int32_t> tokens{4, 5};
        const OrderedText text{masked, tokens, step, {.temperature = 1}, RandomKey{3}};
        return order_noise({&text, 1});
    };
    CHECK(noise(0).keys[0] == noise(0).keys[1]);
    CHECK(noise(0).rows == std::vector<std::uint64_t>{2, 3});
    CHECK_FALSE(noise(0).keys[0] == noise(1).keys[0]);
}

TEST_CASE("the rules of members are spread over all temperatures, steps and thresholds") {
    PoolOptions options;
    options.temperatures = {0, 0.7}, options.steps = {4, 9}, options.thresholds = {0.8, 0.6};
    std::array<int, 8> seen{};
    for (std::uint64_t k = 0; k < 4000; ++k) {
        const OrderRule rule = rule_of_member(options, RandomKey{2}.fork(k));
        const bool by_count = rule.rule == RevealRule::count;
        if (!by_count) CHECK((rule.threshold == 0.8 || rule.threshold == 0.6));
        const int choice = by_count ? rule.steps == 9 : 2 + (rule.threshold == 0.6);
        ++seen[std::size_t((rule.temperature > 0) * 4 + choice)];
    }
    for (const int count : seen) CHECK(std::abs(count - 500) < 110);  // sigma 21
}

TEST_CASE("a threshold is one of the noisy confidence, and at least one position is revealed") {
    const std::vector<Index> masked{0, 1, 2};
    const std::vector<std::int32_t> tokens{0, 0, 0};
    // Confidences 1 / 2 exactly, then some 0.73 and 0.88
    const std::vector<double> logits{0, 0, 1, 0, 2, 0};
    const auto revealed = [&](double threshold) {
        const OrderRule rule{.rule = RevealRule::threshold, .threshold = threshold};
        const OrderedText text{masked, tokens, 0, rule, RandomKey{3}};
        std::vector<bool> result;
        for (const Ordered& o : order_step(HostView<const double>{logits.data(), 3, 2}, {&text, 1}))
            result.push_back(o.revealed);
        return result;
    };
    CHECK(revealed(0.5) == std::vector<bool>{false, true, true});  // not at the threshold itself
    CHECK(revealed(0.8) == std::vector<bool>{false, false, true});
    CHECK(revealed(0.95) == std::vector<bool>{false, false, true});
}

TEST_CASE("noise decides what is revealed: the confidence that is told has none") {
    const std::vector<Index> masked{0, 1, 2};
    const std::vector<std::int32_t> tokens{1, 0, 1};
    const std::vector<double> logits{0, 0, 1, 0, 2, 0};
    const OrderRule rule{.rule = RevealRule::threshold, .temperature = 0.5};
    const OrderedText text{masked, tokens, 0, rule, RandomKey{3}};
    const auto outcome = order_step(HostView<const double>{logits.data(), 3, 2}, {&text, 1});
    for (const int m : {0, 1, 2}) {
        const double p = 1 / (1 + std::exp(-double(m)));  // of token 0, the surest
        CHECK(near(outcome[std::size_t(m)].confidence, p, 1e-14));
        CHECK(near(outcome[std::size_t(m)].log_p, std::log(m == 1 ? p : 1 - p), 1e-13));
    }
}

TEST_CASE("in blocks no position is revealed before the blocks on its left are full") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    PoolOptions options{.members = 12, .temperatures = {0, 1}, .steps = {4}, .thresholds = {0.6}};
    options.blocks = {4};
    for (const Trajectory& t : draw_pool(model, {some_text("a")}, options, test_key("pool"))) {
        for (Index s = 0; s < t.steps; ++s) {
            const auto masked = masked_before(t, s), revealed = revealed_by(t, s);
            const bool by_threshold = t.steps != 4;
            for (const Index i : revealed) {
                // By count a step may be larger than what is left of its block, and goes on behind
                if (by_threshold) CHECK(i / 4 == masked.front() / 4);
            }
            const auto in_block = std::count_if(
                masked.begin(), masked.end(), [&](Index i) { return i / 4 == masked.front() / 4; });
            const auto here = std::count_if(revealed.begin(), revealed.end(),
                                            [&](Index i) { return i / 4 == masked.front() / 4; });
            CHECK(here == std::min(in_block, std::ptrdiff_t(revealed.size())));
        }
    }
}

TEST_CASE("pools that cannot be drawn are refused") {
    const auto error = [](auto&& change) {
        PoolOptions options;
        change(options);
        return error_of([&] { check_pool_options(options); });
    };
    CHECK(error([](auto&) {}).empty());
    CHECK(error([](auto& o) { o.members = 0; }) ==
          "pool: expected 1 ... 1000 trajectories per text, got 0");
    CHECK(error([](auto& o) { o.temperatures = {}; }) == "pool: expected a temperature, got none");
    CHECK(error([](auto& o) {
              o.temperatures = {1, -1};
          }) == "order: expected a temperature in 0 ... 10, got -1");
    CHECK(error([](auto& o) { o.temperatures = {std::nan("")}; }) ==
          "order: expected a temperature in 0 ... 10, got nan");
    CHECK(error([](auto& o) { o.blocks = {}; }) == "pool: expected a block, got none");
    CHECK(error([](auto& o) {
              o.blocks = {0, -1};
          }) == "order: expected a block of 1 ... 1000000 positions, or 0, got -1");
    CHECK(error([](auto& o) { o.steps = {3, 0}; }) == "order: expected 1 ... 1000000 steps, got 0");
    CHECK(error([](auto& o) { o.thresholds = {1.5}; }) ==
          "order: expected a threshold in 0 ... 1, got 1.5");
    CHECK(error([](auto& o) { o.steps = {}, o.thresholds = {}; }) ==
          "pool: expected a number of steps or a threshold, got neither");
    CHECK(error([](auto& o) { o.batch = 0; }) ==
          "pool: expected a batch of at least one state, got 0");
}
