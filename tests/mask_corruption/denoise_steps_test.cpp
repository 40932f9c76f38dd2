// Steps of denoising: what they write down, and whose random numbers they draw.
#include <algorithm>

#include "mask_corruption/denoise_impl.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

TEST_CASE("a step writes down what it reveals, and of what stays masked the probability alone") {
    constexpr std::int32_t masked = 3;
    DenoisingState state = all_masked({7, 8}, 5, masked);
    CHECK(state.masked == std::vector<Index>{2, 3, 4});
    CHECK(state.probability == std::vector<double>{1, 1, 0, 0, 0});
    const std::vector<Reveal> first{{{4, 0.5}, false}, {{5, 0.75}, true}, {{6, 0.25}, false}};
    seed::advance(state, first);
    CHECK(state.ids == Ids{7, 8, masked, 5, masked});
    CHECK(state.masked == std::vector<Index>{2, 4});
    CHECK(state.probability == std::vector<double>{1, 1, 0.5, 0.75, 0.25});
    CHECK(state.calls == 1);
    const std::vector<Reveal> second{{{9, 0.125}, false}, {{10, 0.625}, true}};
    seed::advance(state, second);
    CHECK(state.ids == Ids{7, 8, masked, 5, 10});
    CHECK(state.masked == std::vector<Index>{2});
    CHECK(state.probability == std::vector<double>{1, 1, 0.125, 0.75, 0.625});
    CHECK(state.calls == 2);
}

TEST_CASE("the tokens of each step and of each text are drawn with a key of their own") {
    const std::vector<Index> some{2, 5}, others{4};
    const std::vector<TextStep> texts{{some, 0, test_key("a")},
                                      {others, 0, test_key("b")},
                                      {some, 1, test_key("a")},
                                      {some, 2, test_key("a")}};
    const ChoiceKeys all = choice_keys(texts);
    CHECK(all.rows == std::vector<std::uint64_t>{2, 5, 4, 2, 5, 2, 5});
    REQUIRE(all.keys.size() == 7);
    const std::vector<std::size_t> first_of_text{0, 2, 3, 5};
    for (const std::size_t i : first_of_text) {
        if (i != 2) CHECK(all.keys[i] == all.keys[i + 1]);
        for (const std::size_t j : first_of_text) {
            CHECK((all.keys[i] == all.keys[j]) == (i == j));
        }
    }
}

TEST_CASE("a text draws the same numbers after the texts before it are finished") {
    const ThreadCount one(1);
    auto model = random_model<double>(small_config(), "model");
    DenoiseOptions options;
    options.threshold = 1;  // one position per call
    options.temperature = 1, options.key = test_key("denoise");
    // On 12 positions the first prompt leaves room for 11 tokens, or for one
    const Ids long_one{1, 2, 4, 5, 6, 7, 8, 9, 10, 0, 1}, short_one{1}, last{5, 6};
    const auto beside_short = denoise(model, {short_one, long_one, last}, 12, options);
    const auto beside_long = denoise(model, {long_one, short_one, last}, 12, options);
    CHECK(beside_short[0].calls == 11);
    CHECK(beside_long[0].calls == 1);
    CHECK(beside_long[2].calls == 10);
    CHECK(beside_long[2].ids == beside_short[2].ids);
    const auto beside_two_long = denoise(model, {long_one, long_one, last}, 12, options);
    CHECK(beside_two_long[2].ids == beside_short[2].ids);
}
