// Denoising with a model: what every rule promises, and an implementation for one prompt at a time.
#include "mask_corruption/denoise.h"

#include <numeric>

#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/known_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

// None is empty: on a canvas of nothing but masks all positions are equally sure, but for rounding.
const std::vector<Ids> prompts = {{1, 2}, {5}, {4, 5, 6, 7, 8, 9, 0}, {10}, {2, 2, 2, 2}};
constexpr Index positions = 12;

DenoiseOptions options_of(RevealRule rule, double temperature = 0) {
    DenoiseOptions options;
    options.rule = rule, options.temperature = temperature;
    options.steps = 4, options.threshold = 0.6;
    options.key = test_key("denoise");
    return options;
}

// Threshold decoding at temperature 0 as one would write it for one prompt.
DenoisingState naive_threshold(Transformer<Host<double>>& model, const Ids& prompt,
                               double threshold) {
    const std::int32_t mask = model.config().mask_token;
    DenoisingState state{prompt, {}, std::vector<double>(positions, 1.0), 0};
    state.ids.resize(positions, mask);
    while (std::count(state.ids.begin(), state.ids.end(), mask) > 0) {
        const TokenBatch batch{1, positions, state.ids, {}, AttentionMask::full()};
        const HostMatrix<double> logits = all_logits(model, batch);
        Ids revealed = state.ids;
        Index surest = -1;
        for (Index i = 0; i < positions; ++i) {
            if (state.ids[i] != mask) continue;
            const HostView<const double> row = logits.view().row_range(i, 1);
            const TokenChoice choice = choose_token(log_softmax(row), 0, {}, 0);
            state.probability[i] = choice.probability;
            if (surest < 0 || choice.probability > state.probability[surest]) surest = i;
            if (choice.probability > threshold) revealed[i] = choice.token;
        }
        if (revealed == state.ids) {
            const HostView<const double> row = logits.view().row_range(surest, 1);
            revealed[surest] = choose_token(log_softmax(row), 0, {}, 0).token;
        }
        state.ids = revealed;
        ++state.calls;
    }
    return state;
}

}  // namespace

TEST_CASE("every rule fills every position, keeps the prompt, and writes no mask") {
    const ThreadCount one(1);
    auto model = random_model<float>(small_config(), "model");
    const RevealRule rule =
        GENERATE(RevealRule::threshold, RevealRule::count, RevealRule::ancestral);
    const double temperature = GENERATE(0.0, 1.5);
    const auto states = denoise(model, prompts, positions, options_of(rule, temperature));
    REQUIRE(states.size() == prompts.size());
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        CHECK(Index(states[s].ids.size()) == positions);
        CHECK(states[s].masked.empty());
        for (Index i = 0; i < positions; ++i) {
            CHECK(states[s].ids[i] != model.config().mask_token);
            const bool given = i < Index(prompts[s].size());
            if (given) CHECK(states[s].ids[i] == prompts[s][i]);
            CHECK((given ? states[s].probability[i] == 1 : states[s].probability[i] > 0));
            CHECK(states[s].probability[i] <= 1);
        }
    }
}

TEST_CASE("threshold decoding equals that of one prompt at a time") {
    const ThreadCount one(1);
    for (const std::string_view purpose : {"first", "second", "third"}) {
        auto model = random_model<double>(small_config(), purpose);
        const DenoiseOptions options = options_of(RevealRule::threshold);
        const auto states = denoise(model, prompts, positions, options);
        for (std::size_t s = 0; s < prompts.size(); ++s) {
            const DenoisingState expected = naive_threshold(model, prompts[s], options.threshold);
            CHECK(states[s].ids == expected.ids);
            CHECK(states[s].calls == expected.calls);
            for (Index i = 0; i < positions; ++i) {
                CHECK(near(states[s].probability[i], expected.probability[i], 1e-12));
            }
        }
    }
}

TEST_CASE("count takes exactly its steps, ancestral at most") {
    const ThreadCount one(1);
    auto model = random_model<float>(small_config(), "model");
    for (const Index steps : {1, 2, 3, 4}) {
        DenoiseOptions options = options_of(RevealRule::count);
        options.steps = steps;
        for (const auto& state : denoise(model, prompts, positions, options)) {
            CHECK(state.calls == steps);
        }
        options.rule = RevealRule::ancestral;
        for (const auto& state : denoise(model, prompts, positions, options)) {
            CHECK(state.calls <= steps);
        }
    }
    DenoiseOptions patient = options_of(RevealRule::count);
    patient.steps = 50;  // more than there are positions: one each
    CHECK(denoise(model, {{1, 2}}, positions, patient)[0].calls == 10);
}

TEST_CASE("a step's positions are drawn with the text's fork \"positions\", on every backend") {
    HostMatrix<double> logits(20, 5);
    for (Index m = 0; m < 20; ++m) logits.view()(m, m % 5) = 1;
    std::vector<Index> masked(20);
    std::iota(masked.begin(), masked.end(), 3);
    DenoiseOptions options;
    options.rule = RevealRule::ancestral;
    options.steps = 3;
    for (const char* name : {"one", "two", "three"}) {
        const std::vector<TextStep> texts{{masked, 1, test_key(name)}};
        const auto outcome = reveal_step(HostView<const double>(logits.view()), texts, options);
        std::vector<TokenChoice> choices;
        std::vector<Index> revealed;
        for (Index i = 0; i < 20; ++i) {
            choices.push_back(outcome[std::size_t(i)].choice);
            if (outcome[std::size_t(i)].revealed) revealed.push_back(i);
        }
        CHECK(revealed ==
              positions_to_reveal(choices, 1, options, test_key(name).fork("positions")));
    }
}

TEST_CASE("a text may be written from nothing") {
    auto model = random_model<float>(small_config(), "model");
    const auto state = denoise(model, {Ids{}}, positions, options_of(RevealRule::count))[0];
    CHECK(state.calls == 4);
    CHECK(std::count(state.ids.begin(), state.ids.end(), model.config().mask_token) == 0);
}

TEST_CASE("threshold 1 reveals one position per call, threshold 0 all in one") {
    const ThreadCount one(1);
    auto model = random_model<float>(small_config(), "model");
    DenoiseOptions options = options_of(RevealRule::threshold);
    options.threshold = 1;
    const auto slow = denoise(model, prompts, positions, options);
    options.threshold = 0;
    const auto fast = denoise(model, prompts, positions, options);
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        CHECK(slow[s].calls == positions - Index(prompts[s].size()));
        CHECK(fast[s].calls == 1);
    }
}

TEMPLATE_TEST_CASE("a text depends neither on the prompts beside it nor on the threads", "", float,
                   double) {
    auto model = random_model<TestType>(small_config(), "model");
    const RevealRule rule =
        GENERATE(RevealRule::threshold, RevealRule::count, RevealRule::ancestral);
    const double temperature = GENERATE(0.0, 1.0);
    const DenoiseOptions options = options_of(rule, temperature);
    const auto run = [&](int threads, Index count) {
        const ThreadCount scope(threads);
        return denoise(model, {prompts.begin(), prompts.begin() + count}, positions, options);
    };
    const auto all = run(1, 5);
    for (const int threads : {1, 2, 5}) {
        for (const Index count : {1, 2, 5}) {
            const auto some = run(threads, count);
            for (Index s = 0; s < count; ++s) {
                CHECK(some[s].ids == all[s].ids);
                CHECK(some[s].probability == all[s].probability);
                CHECK(some[s].calls == all[s].calls);
            }
        }
    }
}

TEST_CASE("at a temperature another key writes another text, the same key the same") {
    const ThreadCount one(1);
    // All tokens are equally likely: ten of them are the same by chance once in 10^10 times
    auto model = constant_model<float>(small_config(), std::vector<double>(11));
    DenoiseOptions options = options_of(RevealRule::threshold, 1);
    const auto first = denoise(model, prompts, positions, options);
    CHECK(first[1].ids == denoise(model, prompts, positions, options)[1].ids);
    options.key = test_key("another");
    CHECK(first[1].ids != denoise(model, prompts, positions, options)[1].ids);
    // Two equal prompts side by side have keys of their own
    const auto twins = denoise(model, {{1, 2}, {1, 2}}, positions, options);
    CHECK(twins[0].ids != twins[1].ids);
}
