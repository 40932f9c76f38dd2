// The autoregressive baseline: its training batch, its likelihood, its greedy search.
#include "transformer/autoregressive.h"

#include "tests/support/error_of.h"
#include "tests/transformer/random_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

constexpr std::int32_t eos = 10;

// log p of every token behind a prefix, by a batch of just this prefix.
std::vector<double> next_log_p(Transformer<Host<double>>& model, const Ids& prefix) {
    const TokenBatch batch{1, Index(prefix.size()), prefix, {}, AttentionMask::block_causal(1)};
    const Index last[] = {Index(prefix.size()) - 1};
    std::vector<double> log_p;
    for (std::int32_t token = 0; token < model.config().vocab_size; ++token) {
        log_p.push_back(model.log_likelihoods(batch, last, Ids{token})[0]);
    }
    return log_p;
}

// Greedy search as one would write it for one prompt.
Ids naive_greedy(Transformer<Host<double>>& model, Ids text, Index positions, std::int32_t end,
                 Index& calls) {
    Ids completion;
    while (Index(text.size()) < positions) {
        const std::vector<double> log_p = next_log_p(model, text);
        ++calls;
        const auto next =
            std::int32_t(std::max_element(log_p.begin(), log_p.end()) - log_p.begin());
        if (next == end) break;
        text.push_back(next);
        completion.push_back(next);
    }
    return completion;
}

}  // namespace

TEST_CASE("next_token_batch shifts the targets by one, behind the prompt, by hand") {
    // 1 2 | 3 4 eos eos    and    5 | eos eos eos eos eos: three and one predicted tokens
    const auto batch =
        next_token_batch({make_canvas({1, 2}, {3, 4}, 6, eos), make_canvas({5}, {}, 6, eos)});
    CHECK(batch.input.mask.block == 1);
    CHECK(batch.input.ids == Ids{1, 2, 3, 4, eos, eos, 5, eos, eos, eos, eos, eos});
    CHECK(batch.weights == std::vector<double>{0, 0.25, 0.25, 0.25, 0, 0, 0.25, 0, 0, 0, 0, 0});
    CHECK(batch.targets[1] == 3);
    CHECK(batch.targets[2] == 4);
    CHECK(batch.targets[3] == eos);
    CHECK(batch.targets[6] == eos);
}

TEST_CASE("without a prompt the first token is given: nothing stands before it") {
    const auto batch = next_token_batch({make_canvas({}, {1, 2}, 4, eos)});
    CHECK(batch.weights == std::vector<double>{0.5, 0.5, 0, 0});
    CHECK(batch.targets[0] == 2);
    CHECK(batch.targets[1] == eos);
}

TEST_CASE("a batch without a token to predict is refused") {
    Canvas given{{1, 2, 3}, 3, 3};
    CHECK(error_of([&] { next_token_batch({given}); }) ==
          "next-token batch: expected tokens behind a prompt, got none");
}

TEST_CASE("autoregressive_nll is the sum over separate prefixes") {
    auto model = random_model<double>(small_config(), "model");
    const std::vector<Canvas> canvases = {make_canvas({1, 2}, {4, 5, 6}, 8, eos),
                                          make_canvas({7}, {8}, 8, eos),
                                          make_canvas({1, 2, 4}, {}, 8, eos)};
    const std::vector<double> nll = autoregressive_nll(model, canvases);
    for (std::size_t b = 0; b < canvases.size(); ++b) {
        const Canvas& canvas = canvases[b];
        double expected = 0;
        for (Index t = canvas.prompt_length; t < canvas.content_length; ++t) {
            expected -= next_log_p(
                model, Ids(canvas.ids.begin(), canvas.ids.begin() + t))[std::size_t(canvas.ids[t])];
        }
        CHECK(near(nll[b], expected, 1e-12));
    }
}

TEST_CASE("greedy_decode equals a search for one prompt at a time") {
    const std::vector<Ids> prompts = {{1}, {2, 4, 5}, {6, 7}, {8, 8, 8, 8, 8, 8}, {9, 0}};
    const Index positions = 7;
    for (const std::string_view purpose : {"first", "second"}) {
        auto model = random_model<double>(small_config(), purpose);
        // Returns the completions
        const auto check = [&](std::int32_t end) {
            const AutoregressiveResult result = greedy_decode(model, prompts, positions, end);
            for (std::size_t s = 0; s < prompts.size(); ++s) {
                Index calls = 0;
                const Ids expected = naive_greedy(model, prompts[s], positions, end, calls);
                CHECK(result.completions[s] == expected);
                CHECK(result.calls[s] == calls);
                const auto alone = greedy_decode(model, {prompts[s]}, positions, end);
                CHECK(alone.completions[0] == expected);
                CHECK(alone.calls[0] == calls);
            }
            return result.completions;
        };
        // The mask token is never written: all go on to the end of the canvas
        const std::vector<Ids> full = check(model.config().mask_token);
        for (std::size_t s = 0; s < prompts.size(); ++s) {
            REQUIRE(Index(prompts[s].size() + full[s].size()) == positions);
        }
        // With a token of a text as eos this text ends where the token comes first
        for (const std::size_t s : {0, 1, 4}) {
            for (const std::int32_t end : {full[s].front(), full[s][2]}) {
                const auto first = std::find(full[s].begin(), full[s].end(), end);
                CHECK(check(end)[s] == Ids(full[s].begin(), first));
            }
        }
    }
}

TEST_CASE("a prompt that leaves no room and an empty one are refused") {
    auto model = random_model<double>(small_config(), "model");
    CHECK(error_of([&] {
              greedy_decode(model, {Ids{1, 2, 4}}, 3, eos);
          }) == "greedy decoding: expected a prompt shorter than the canvas of 3 tokens, got 3");
    CHECK(error_of([&] {
              greedy_decode(model, {Ids{1}, Ids{}}, 3, eos);
          }) == "greedy decoding: expected a prompt, got an empty one");
}
