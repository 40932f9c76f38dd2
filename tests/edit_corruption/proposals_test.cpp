// Substitutions by a model: what is sampled, from what, and where it is put.
#include "edit_corruption/proposals.h"

#include "edit_corruption/edit_batch.h"
#include "tests/edit_corruption/edit_canvases.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

const std::vector<Index> rows = {2, 9, 10, 23, 24, 25, 35};

// Three canvases of 12 tokens with masks at the rows.
TokenBatch masked_canvases() {
    Ids ids = random_tokens(36, 11, test_key("canvases"));
    for (const Index row : rows) ids[row] = mask;
    return {3, 12, ids, {}, AttentionMask::full()};
}

}  // namespace

TEMPLATE_TEST_CASE("a proposal is a sample of the model as it is, without special tokens", "",
                   float, double) {
    auto model = random_model<TestType>(small_config(), "model");
    ParameterSet<Host<TestType>>& weights = model.parameters();
    const Proposals proposals = model_proposals(model, vocabulary);
    const TokenBatch batch = masked_canvases();
    const RandomKey key = test_key("proposals");
    // Returns the proposals
    const auto check = [&] {
        const ThreadCount one(1);
        const HostMatrix<TestType> logits = all_logits(model, batch);  // (B * T, V)
        Ids expected;
        for (const Index row : rows) {
            const HostView<const TestType> of_row = logits.view().row_range(row, 1);
            std::vector<double> log_p = log_softmax(of_row);
            log_p[mask] = log_p[eos] = log_p[pad] = -INFINITY;
            expected.push_back(
                choose_token(log_p, 1, key.fork(std::uint64_t(row / 12)), row % 12).token);
        }
        for (const int threads : {1, 2, 5}) {
            const ThreadCount scope(threads);
            CHECK(proposals(batch, rows, key) == expected);
        }
        return expected;
    };
    const Ids first = check();
    // A step of training moves the weights under the function
    for (TestType& weight : weights.flat().span()) weight *= -2;
    check();
    // To a model that is sure of a token which was not proposed first
    const std::int32_t other = first[0] == 7 ? 8 : 7;
    fill(weights.flat(), 0);
    fill(weights.embedding, 1), fill(weights.final_gain, 1);
    fill(weights.embedding.row_range(other, 1), 100);
    CHECK(check() == Ids(rows.size(), other));
    // And to one that knows nothing, with equal chances for 8 tokens: the key decides
    fill(weights.flat(), 0);
    const Ids last = check();
    CHECK(proposals(batch, rows, test_key("other")) != last);
}

TEST_CASE("ordinary tokens are sampled as often as they are probable, special ones never") {
    const Index samples = 20'000;
    HostMatrix<double> logits(samples, 11);
    std::vector<Index> all_rows;
    for (Index m = 0; m < samples; ++m) {
        for (Index v = 0; v < 11; ++v) logits.view()(m, v) = v == eos ? 5 : 0.3 * double(v);
        all_rows.push_back(m);
    }
    const HostView<const double> view = logits.view();
    std::vector<Index> counts(11, 0);
    for (const std::int32_t token :
         sample_ordinary(view, all_rows, 7, vocabulary, test_key("sample"))) {
        ++counts[token];
    }
    double sum = 0;
    for (const std::int32_t v : {1, 2, 4, 5, 6, 7, 8, 9}) sum += std::exp(0.3 * v);
    for (std::int32_t v = 0; v < 11; ++v) {
        const bool special = v == mask || v == eos || v == pad;
        const double p = special ? 0 : std::exp(0.3 * v) / sum;
        const double deviation = std::sqrt(double(samples) * p * (1 - p));
        CHECK(std::abs(double(counts[v]) - double(samples) * p) <= 5 * deviation);
    }
}

TEST_CASE("proposals are asked for masks, and put where they were") {
    TokenBatch batch{2, 3, {4, 5, 6, 7, 8, 9}, {}, AttentionMask::full()};
    const RandomKey key = test_key("substitute");
    const Proposals ask = [&](const TokenBatch& given, std::span<const Index> at, RandomKey k) {
        CHECK(given.ids == Ids{4, mask, 6, 7, mask, mask});
        CHECK(std::vector<Index>(at.begin(), at.end()) == std::vector<Index>{1, 4, 5});
        CHECK(k == key);
        return Ids{8, 8, 1};
    };
    substitute(batch, std::vector<Index>{1, 4, 5}, mask, ask, key);
    CHECK(batch.ids == Ids{4, 8, 6, 7, 8, 1});
    substitute(batch, {}, mask, ask, key);  // nothing to ask
    CHECK(batch.ids == Ids{4, 8, 6, 7, 8, 1});
    CHECK(error_of([&] { substitute(batch, {}, mask, {}, key); }) ==
          "substitutions: expected a model to make them, got none");
    const Proposals none = [](const TokenBatch&, std::span<const Index>, RandomKey) {
        return Ids{};
    };
    CHECK(error_of([&] { substitute(batch, std::vector<Index>{1}, mask, none, key); }) ==
          "substitutions: expected 1 proposals, got 0");
}

TEST_CASE("substitutions are known by name") {
    for (const auto substitutions : {Substitutions::uniform, Substitutions::model}) {
        CHECK(substitutions_from(substitutions_name(substitutions)) == substitutions);
    }
    CHECK(error_of([] { substitutions_from("chess"); }) ==
          "substitutions: expected uniform or model, got chess");
}

TEST_CASE("a model's tokens stand where uniform ones would, and nothing else changes") {
    // On average 2.7 substitutions a canvas are left: none at all would be one chance in 10^20
    const std::vector<Canvas> canvases = canvases_of(40);
    const RandomKey key = test_key("batch");
    std::vector<Index> expected;
    for (Index b = 0; b < 40; ++b) {
        const Index prompt = canvases[b].prompt_length;
        const EditedTokens edited = edit_tokens_up_to(canvases[b].ids, prompt, 0.8, vocabulary,
                                                      key.fork("edits").fork(std::uint64_t(b)));
        for (const Index t : substituted_positions(edited.operations, prompt, 30)) {
            expected.push_back(b * 30 + t);
        }
    }
    CHECK(expected.size() > 10);
    Index calls = 0;
    const Proposals nines = [&](const TokenBatch& batch, std::span<const Index> rows, RandomKey) {
        ++calls;
        CHECK(std::vector<Index>(rows.begin(), rows.end()) == expected);
        CHECK(std::count(batch.ids.begin(), batch.ids.end(), mask) == Index(rows.size()));
        return Ids(rows.size(), 9);
    };
    for (const bool on_top : {false, true}) {
        EditLoss loss{.max_alpha = 0.8, .mask_on_top = on_top};
        const TrainingBatch uniform = edited_batch(canvases, loss, vocabulary, key);
        loss.substitutions = Substitutions::model;
        const TrainingBatch batch = edited_batch(canvases, loss, vocabulary, key, nines);
        CHECK(batch.targets == uniform.targets);
        CHECK(batch.weights == uniform.weights);
        Ids ids = uniform.input.ids;
        for (const Index n : expected) ids[n] = ids[n] == mask ? mask : 9;
        CHECK(batch.input.ids == ids);
    }
    CHECK(calls == 2);
}

TEST_CASE("each batch asks for its proposals with a key of its own") {
    std::vector<double> draws;
    const Proposals note = [&](const TokenBatch&, std::span<const Index> rows, RandomKey k) {
        draws.push_back(uniform_double(k, 0, 0));
        return Ids(rows.size(), 9);
    };
    const EditLoss loss{.max_alpha = 0.8, .substitutions = Substitutions::model};
    for (const char* name : {"one", "two", "one"}) {
        edited_batch(canvases_of(40), loss, vocabulary, test_key(name), note);
    }
    REQUIRE(draws.size() == 3);
    CHECK(draws[0] != draws[1]);
    CHECK(draws[0] == draws[2]);
}

TEST_CASE("uniform substitutions ask nobody, a model's have to be proposed") {
    const auto canvases = canvases_of(80);  // 40 are edited
    const Proposals refuse = [](const TokenBatch&, std::span<const Index>, RandomKey) -> Ids {
        fail("asked");
    };
    EditLoss loss{.max_alpha = 0.8};
    CHECK_NOTHROW(two_term_batch(canvases, {}, loss, {}, vocabulary, test_key("batch"), refuse));
    loss.substitutions = Substitutions::model;
    CHECK(error_of([&] {
              two_term_batch(canvases, {}, loss, {}, vocabulary, test_key("batch"), refuse);
          }) == "asked");
    CHECK(error_of([&] {
              two_term_batch(canvases, {}, loss, {}, vocabulary, test_key("batch"));
          }) == "substitutions: expected a model to make them, got none");
}
