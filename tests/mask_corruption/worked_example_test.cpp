// The numbers that chapters/03_mask_corruption.md works out by hand, with a transformer whose
// weights are set by hand too.
//
// Its vocabulary is a, b and the mask; its canvas has two positions. What it believes about a
// masked position depends on what it sees at the other one:
//
//   other position    masked   a     b
//   p(a)              3/4      1/2   2/3
#include <cmath>
#include <limits>
#include <vector>

#include "mask_corruption/denoise.h"
#include "mask_corruption/likelihood.h"
#include "mask_corruption/mask_tokens.h"
#include "tests/support/catch.h"

using namespace seed;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

enum Token : std::int32_t { a = 0, b = 1, mask = 2 };

bool near(double actual, double expected, double allowed) {
    return std::abs(actual - expected) <= allowed;  // false for NaN
}

ModelConfig two_letter_config() {
    ModelConfig config;
    config.vocab_size = 3;
    config.hidden_size = 4;
    config.layers = 1;
    config.heads = 1;
    config.kv_heads = 1;
    config.head_size = 4;
    config.intermediate = 1;
    config.rms_eps = 1e-12;
    config.qkv_bias = false;
    config.tied_head = false;
    config.mask_token = mask;
    return config;
}

// Channel 0 says "masked", channels 1 and 2 say which letter. Queries and keys are 0, so attention
// takes the mean over both positions; values keep the letter channels. A masked position then
// holds e0, e0 + e1 or e0 + e2, as its neighbour is masked, a or b.
Transformer<Host<double>> two_letter_model() {
    const ModelConfig config = two_letter_config();
    ParameterSet<Host<double>> p(config);
    p.embedding(a, 1) = p.embedding(b, 2) = p.embedding(mask, 0) = 1;
    LayerParameters<HostView<double>>& layer = p.layers[0];
    fill(layer.attention_gain, 1);
    fill(layer.mlp_gain, 1);
    fill(p.final_gain, 1);
    layer.v_weight(1, 1) = layer.v_weight(2, 2) = 1;
    for (Index c = 0; c < 4; ++c) layer.o_weight(c, c) = 1;
    // RMSNorm scales the three states by 2, sqrt 2, sqrt 2: z[a] - z[b] is log 3, 0, log 2
    p.head(a, 0) = std::log(3.0) / 2;
    p.head(a, 1) = -std::log(3.0) / 2;
    p.head(a, 2) = std::log(2.0) / std::sqrt(2.0) - std::log(3.0) / 2;
    return {config, std::move(p)};
}

const MaskableText text_ab{{a, b}, {0, 1}};

}  // namespace

TEST_CASE("the two-letter model believes what its table says") {
    Transformer<Host<double>> model = two_letter_model();
    const auto p_of_a = [&](std::int32_t left, std::int32_t right, Index row) {
        const TokenBatch batch{1, 2, {left, right}, {}, AttentionMask::full()};
        return std::exp(model.log_likelihoods(batch, std::vector<Index>{row},
                                              std::vector<std::int32_t>{a})[0]);
    };
    for (Index row : {0, 1}) CHECK(near(p_of_a(mask, mask, row), 3. / 4, 1e-10));
    CHECK(near(p_of_a(a, mask, 1), 1. / 2, 1e-10));
    CHECK(near(p_of_a(mask, a, 0), 1. / 2, 1e-10));
    CHECK(near(p_of_a(b, mask, 1), 2. / 3, 1e-10));
    CHECK(near(p_of_a(mask, b, 0), 2. / 3, 1e-10));
}

TEST_CASE("the exact NELBO of two tokens is the mean of the chain rule over both orders") {
    Transformer<Host<double>> model = two_letter_model();
    const double first = chain_rule_along(model, text_ab, {0, 1}, {});
    const double second = chain_rule_along(model, text_ab, {1, 0}, {});
    const double exact = exact_nelbo(model, {text_ab}, {})[0];
    CHECK(near(first, std::log(8. / 3), 1e-10));   // 4/3 * 2
    CHECK(near(second, std::log(6.), 1e-10));      // 4 * 3/2
    CHECK(near(exact, std::log(4.), 1e-10));
    CHECK(near(exact, (first + second) / 2, 1e-12));
}

TEST_CASE("the bound of N equal steps falls to the exact NELBO") {
    Transformer<Host<double>> model = two_letter_model();
    const auto cost = [&](std::vector<std::int32_t> xt) {  // of revealing all that is masked
        const TokenBatch batch{1, 2, xt, {}, AttentionMask::full()};
        std::vector<Index> rows;
        std::vector<std::int32_t> targets;
        for (Index i = 0; i < 2; ++i) {
            if (xt[std::size_t(i)] != mask) continue;
            rows.push_back(i);
            targets.push_back(text_ab.ids[std::size_t(i)]);
        }
        double sum = 0;
        for (double log_p : model.log_likelihoods(batch, rows, targets)) sum -= log_p;
        return sum;
    };
    const double both = cost({mask, mask}), single = cost({a, mask}) + cost({mask, b});
    const auto bound = [&](int steps) {
        double sum = 0;
        for (int k = steps; k >= 1; --k) {  // from gamma = k / N to (k - 1) / N
            const double gamma = double(k) / steps, rho = 1.0 / k;
            sum += rho * (gamma * gamma * both + gamma * (1 - gamma) * single);
        }
        return sum;
    };
    CHECK(near(bound(1), 1.674, 5e-4));
    CHECK(near(bound(2), 1.530, 5e-4));
    CHECK(near(bound(4), 1.458, 5e-4));
    CHECK(near(bound(4), 5. / 8 * both + 3. / 8 * single, 1e-12));
    CHECK(near(bound(1 << 20), exact_nelbo(model, {text_ab}, {})[0], 1e-6));
}

TEST_CASE("Monte Carlo agrees with the exact NELBO of two tokens under both schedules") {
    Transformer<Host<double>> model = two_letter_model();
    const LikelihoodOptions options{
        .schedule = GENERATE(NoiseSchedule::linear, NoiseSchedule::cosine),
        .samples = 2000,
        .batch = 500};
    // One text many times gives independent estimates, and so the error of their mean
    const std::vector<MaskableText> texts(50, text_ab);
    const std::vector<double> estimates = monte_carlo_nelbo(model, texts, options, RandomKey{3});
    double mean = 0, squares = 0;
    for (double x : estimates) mean += x / 50;
    for (double x : estimates) squares += (x - mean) * (x - mean);
    const double standard_error = std::sqrt(squares / 49 / 50);
    INFO("mean " << mean << ", standard error " << standard_error);
    CHECK(standard_error < 0.02);
    CHECK(near(mean, std::log(4.), 4 * standard_error));
}

TEST_CASE("the weight of the bound is gamma' / gamma") {
    const NoiseSchedule schedule = GENERATE(NoiseSchedule::linear, NoiseSchedule::cosine);
    for (double t : {0.1, 0.25, 0.5, 0.75, 0.9}) {
        const double h = 1e-5;
        const double slope = (gamma(schedule, t + h) - gamma(schedule, t - h)) / (2 * h);
        CHECK(near(elbo_weight(schedule, t), slope / gamma(schedule, t), 1e-7));
    }
}

TEST_CASE("four stratified noise levels lie a quarter apart") {
    const std::vector<double> levels = stratified_noise_levels(4, 0.3);
    const std::vector<double> expected{0.3, 0.55, 0.8, 0.05};
    for (std::size_t i = 0; i < 4; ++i) CHECK(near(levels[i], expected[i], 1e-15));
    CHECK(stratified_noise_levels(4, 0.0)[0] == smallest_noise_level);
}

TEST_CASE("a masked batch weighs by gamma'/gamma over the number of maskable positions") {
    const Canvas canvas{{a, b, a, b, a, b}, 2, 6};
    const std::vector<Canvas> canvases{canvas, canvas};
    const TrainingBatch batch =
        masked_batch(canvases, {NoiseSchedule::linear, infinity, MaskDraw::by_level}, mask, RandomKey{4});
    const std::vector<double> levels = stratified_noise_levels(
        2, uniform_double(RandomKey{4}.fork("noise levels"), 0, 0));
    for (std::size_t n = 0; n < 12; ++n) {
        const bool masked = batch.input.ids[n] == mask;
        CHECK(batch.weights[n] == (masked ? 1 / levels[n / 6] / 8 : 0));
        CHECK(batch.targets[n] == canvas.ids[n % 6]);
        if (n % 6 < 2) CHECK_FALSE(masked);
    }
}

TEST_CASE("a lower threshold reveals both tokens in one call, a higher one takes two") {
    Transformer<Host<double>> model = two_letter_model();
    const std::vector<std::vector<std::int32_t>> prompts(1);
    DenoiseOptions options;
    options.threshold = 0.7;
    const DenoisingState fast = denoise(model, prompts, 2, options)[0];
    options.threshold = 0.8;
    const DenoisingState slow = denoise(model, prompts, 2, options)[0];
    CHECK(fast.calls == 1);
    CHECK(slow.calls == 2);
    CHECK(fast.ids == std::vector<std::int32_t>{a, a});
    CHECK(slow.ids[0] == a);
}

TEST_CASE("one ancestral step draws tokens independently, many steps do not") {
    Transformer<Host<double>> model = two_letter_model();
    const std::size_t draws = 2000;
    const std::vector<std::vector<std::int32_t>> prompts(draws);
    const auto share_of_aa = [&](Index steps) {
        DenoiseOptions options;
        options.rule = RevealRule::ancestral;
        options.steps = steps;
        options.temperature = 1;
        options.key = RandomKey{5};
        Index hits = 0;
        for (const DenoisingState& state : denoise(model, prompts, 2, options)) {
            if (state.ids == std::vector<std::int32_t>{a, a}) ++hits;
        }
        return double(hits) / double(draws);
    };
    // Four standard deviations of a share of 2,000 draws are at most 4 * sqrt(0.25 / 2000)
    const double allowed = 4 * std::sqrt(0.25 / double(draws));
    CHECK(near(share_of_aa(1), 9. / 16, allowed));
    CHECK(near(share_of_aa(100), 3. / 8, allowed));
}
