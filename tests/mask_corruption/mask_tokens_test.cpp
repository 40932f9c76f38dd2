// The forward process and the batch it makes.
#include "mask_corruption/mask_tokens.h"

#include <array>
#include <map>

#include "mask_corruption/likelihood.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

constexpr std::int32_t mask = 3, eos = 10;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr LossWeight linear{NoiseSchedule::linear, infinity, MaskDraw::by_level};
constexpr LossWeight cosine{NoiseSchedule::cosine, infinity, MaskDraw::by_level};

// Tokens 4, 5 ... 10 over and over: none is the mask.
Ids clean_tokens(Index count) {
    Ids ids;
    for (Index i = 0; i < count; ++i) ids.push_back(std::int32_t(4 + i % 7));
    return ids;
}

}  // namespace

TEST_CASE("masking a prompt leaves it unchanged") {
    const Ids x0 = clean_tokens(50);
    for (const Index prompt : {0, 1, 20, 50}) {
        const Ids xt = mask_tokens(x0, prompt, 1.0, mask, test_key("masks"));
        for (Index i = 0; i < 50; ++i) CHECK(xt[i] == (i < prompt ? x0[i] : mask));
    }
}

TEST_CASE("probability 0 masks nothing, and what is not masked is unchanged") {
    const Ids x0 = clean_tokens(200);
    CHECK(mask_tokens(x0, 0, 0.0, mask, test_key("masks")) == x0);
    const Ids xt = mask_tokens(x0, 0, 0.5, mask, test_key("masks"));
    for (std::size_t i = 0; i < x0.size(); ++i) CHECK((xt[i] == x0[i] || xt[i] == mask));
}

TEST_CASE("the share of masks is the probability") {
    const Index n = 100000;
    const Ids x0 = clean_tokens(n);
    for (const double probability : {0.01, 0.3, 0.5, 0.9, 0.999}) {
        const Ids xt = mask_tokens(x0, 0, probability, mask, test_key("masks"));
        const double share = double(std::count(xt.begin(), xt.end(), mask)) / n;
        const double sd = std::sqrt(probability * (1 - probability) / n);
        CHECK(std::abs(share - probability) < 6 * sd);
    }
}

TEST_CASE("equal keys mask equal positions, other keys others; more noise only adds masks") {
    const Ids x0 = clean_tokens(200);
    const auto masked = [&](double p, std::string_view key) {
        return mask_tokens(x0, 0, p, mask, test_key(key));
    };
    CHECK(masked(0.5, "a") == masked(0.5, "a"));
    CHECK(masked(0.5, "a") != masked(0.5, "b"));
    const Ids less = masked(0.3, "a"), more = masked(0.6, "a");
    for (std::size_t i = 0; i < x0.size(); ++i) {
        if (less[i] == mask) CHECK(more[i] == mask);
    }
}

TEST_CASE("a masked batch weighs masks by 1 / (t n), and the levels are half a unit apart") {
    // 3 and 5 maskable positions in a batch of two canvases of six tokens
    const std::vector<Canvas> canvases = {make_canvas({4, 5, 6}, {7}, 6, eos),
                                          make_canvas({8}, {9, 4}, 6, eos)};
    for (std::uint64_t step = 0; step < 50; ++step) {
        const auto batch = masked_batch(canvases, linear, mask, test_key("batch").fork(step));
        CHECK(batch.input.mask.block == 0);
        double level[2] = {0, 0};
        for (Index n = 0; n < 12; ++n) {
            const Canvas& canvas = canvases[n / 6];
            const bool is_masked = batch.input.ids[n] == mask;
            CHECK(batch.targets[n] == canvas.ids[n % 6]);
            CHECK((batch.weights[n] != 0) == is_masked);
            if (!is_masked) CHECK(batch.input.ids[n] == batch.targets[n]);
            if (n % 6 < canvas.prompt_length) CHECK(!is_masked);
            if (!is_masked) continue;
            const double t = 1 / (8 * batch.weights[n]);
            CHECK((level[n / 6] == 0 || near(t, level[n / 6], 1e-14)));
            level[n / 6] = t;
        }
        if (level[0] > 0.01 && level[1] > 0.01) {
            CHECK(std::abs(std::abs(level[0] - level[1]) - 0.5) < 1e-12);
        }
    }
}

TEST_CASE("no weight exceeds the largest one, and lower ones stay") {
    const std::vector<Canvas> canvases(200, make_canvas({4}, {7, 8, 9, 5}, 12, eos));
    const TrainingBatch bound = masked_batch(canvases, linear, mask, test_key("batch"));
    const TrainingBatch capped = masked_batch(
        canvases, {NoiseSchedule::linear, 2.5, MaskDraw::by_level}, mask, test_key("batch"));
    CHECK(bound.input.ids == capped.input.ids);
    double lowered = 0, kept = 0, maskable = 200 * 11;
    for (std::size_t n = 0; n < bound.weights.size(); ++n) {
        const double weight = bound.weights[n];
        CHECK(capped.weights[n] == (weight * maskable > 2.5 ? 2.5 / maskable : weight));
        lowered += capped.weights[n] < weight;
        kept += weight > 0 && capped.weights[n] == weight;
    }
    CHECK(std::min(lowered, kept) > 100);
}

TEST_CASE("with the cosine schedule the masks follow gamma and the weights gamma'/gamma") {
    // One long canvas: its share of masks tells t, and t the weight
    Canvas canvas{clean_tokens(20000), 0, 20000};
    for (std::uint64_t step = 0; step < 5; ++step) {
        const auto batch = masked_batch({canvas}, cosine, mask, test_key("cosine").fork(step));
        const double share =
            double(std::count(batch.input.ids.begin(), batch.input.ids.end(), mask)) / 20000;
        const double weight = *std::max_element(batch.weights.begin(), batch.weights.end()) * 20000;
        const double t = 4 / M_PI * std::atan(M_PI / 2 / weight);
        const double expected = gamma(NoiseSchedule::cosine, t);
        CHECK(std::abs(share - expected) < 6 * std::sqrt(expected * (1 - expected) / 20000));
    }
}

TEST_CASE("the loss of a masked batch is the NELBO per maskable position, on average") {
    const ThreadCount one(1);
    const LossWeight loss_weight = GENERATE(LossWeight{linear}, LossWeight{cosine}, LossWeight{});
    auto model = random_model<double>(small_config(), "model");
    const Canvas first = make_canvas({1}, {4, 5}, 5, eos);      // 4 maskable positions
    const Canvas second = make_canvas({1, 6}, {7, 8}, 5, eos);  // 3
    const std::vector<Canvas> canvases = {first, second, first, second, first, second};
    double exact = 0, sum = 0, squares = 0;
    for (const Canvas& canvas : {first, second}) {
        exact += exact_nelbo(model, {MaskableText::behind_prompt(canvas)}, {})[0] / 7;
    }
    const int draws = 4000;
    for (int i = 0; i < draws; ++i) {
        const double loss =
            model.loss(masked_batch(canvases, loss_weight, mask, test_key("draws").fork(i)));
        sum += loss, squares += loss * loss;
    }
    const double mean = sum / draws, variance = squares / draws - mean * mean;
    INFO("mean " << mean << ", exact " << exact);
    CHECK(std::abs(mean - exact) < 5 * std::sqrt(variance / draws));
    CHECK(5 * std::sqrt(variance / draws) < 0.2 * exact);  // or the test says nothing
}

TEST_CASE("masks by count: any number equally often, every subset, and weights that add up") {
    // 1, 2, 3 and 4 maskable positions
    std::vector<Canvas> canvases;
    for (Index prompt = 1; prompt <= 4; ++prompt) canvases.push_back({clean_tokens(5), prompt, 5});
    const int draws = 12'000;
    std::array<std::map<std::vector<bool>, int>, 4> met;  // masked places, of each canvas
    for (int i = 0; i < draws; ++i) {
        const TrainingBatch batch =
            masked_batch(canvases, {}, mask, test_key("counts").fork(std::uint64_t(i)));
        for (std::size_t b = 0; b < 4; ++b) {
            std::vector<bool> masked;
            double weights = 0;
            for (std::size_t n = 5 * b; n < 5 * b + 5; ++n) {
                masked.push_back(batch.input.ids[n] == mask);
                weights += batch.weights[n];
                CHECK((batch.weights[n] > 0) == masked.back());
            }
            CHECK(near(weights, double(4 - b) / 10, 1e-12));  // 10 maskable positions in all
            ++met[b][masked];
        }
    }
    // Of M places, n are masked in 1 / M of the draws, each of the subsets of n as often
    for (std::size_t b = 0; b < 4; ++b) {
        const std::size_t places = 4 - b;
        CHECK(met[b].size() == (std::size_t{1} << places) - 1);
        for (const auto& [masked, times] : met[b]) {
            const auto n = std::count(masked.begin(), masked.end(), true);
            static constexpr std::array<std::array<int, 5>, 5> choose = {
                {{1}, {1, 1}, {1, 2, 1}, {1, 3, 3, 1}, {1, 4, 6, 4, 1}}};
            const double share = 1.0 / double(places) / choose[places][std::size_t(n)];
            CHECK(std::abs(times - share * draws) < 6 * std::sqrt(share * draws));
        }
    }
}

TEST_CASE("masks by count: other texts, other places; more masks keep those that were there") {
    const Ids x0 = clean_tokens(60);
    const auto masked = [&](Index count, std::string_view key) {
        return mask_count_of_tokens(x0, 10, count, mask, test_key(key));
    };
    CHECK(masked(0, "a") == x0);
    CHECK(masked(25, "a") != masked(25, "b"));
    const Ids less = masked(20, "a"), more = masked(50, "a");
    for (std::size_t i = 0; i < x0.size(); ++i) {
        CHECK(more[i] == (i < 10 ? x0[i] : mask));
        if (i < 10) CHECK(less[i] == x0[i]);
    }
    CHECK(std::count(less.begin(), less.end(), mask) == 20);
    CHECK(error_of([&] { masked(51, "a"); }) ==
          "masks: expected a number of them in 0 ... 50, got 51");
    CHECK(error_of([] { mask_draw_from("none"); }) == "masks: expected level or count, got none");
}
