// What must not matter, bit for bit: the number of threads, what ran before, the other sequences.
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"
#include "transformer/trainer.h"

using namespace seed;

namespace {

// 5 sequences of 27 tokens: 135 rows, more than one task and no multiple of anything.
TrainingBatch odd_batch(AttentionMask mask = AttentionMask::full()) {
    return random_training_batch(odd_config(), 5, 27, mask, "batch");
}

struct Step {
    double loss;
    HostMatrix<float> parameters;
};

Step one_step(Transformer<Host<float>>& model, const TrainingBatch& batch) {
    Trainer<Host<float>> trainer(model, AdamW{}, 10);
    const double loss = trainer.step(batch).loss;
    return {loss, to_host(model.parameters().flat())};
}

}  // namespace

TEST_CASE("a training step gives the same bits with one, two and five threads") {
    const AttentionMask mask = GENERATE(AttentionMask::full(), AttentionMask::block_causal(4));
    const auto step_with = [&](int threads) {
        const ThreadCount scope(threads);
        auto model = random_model<float>(odd_config(), "model");
        return one_step(model, odd_batch(mask));
    };
    const Step one = step_with(1);
    for (const int threads : {2, 5}) {
        const Step many = step_with(threads);
        CHECK(one.loss == many.loss);
        CHECK(same_bits(one.parameters.view(), many.parameters.view()));
    }
}

TEST_CASE("a training step does not depend on what ran before") {
    auto fresh = random_model<float>(odd_config(), "model");
    const Step expected = one_step(fresh, odd_batch());

    // Leave NaN everywhere in the memory of the activations and their gradients
    auto used = random_model<float>(odd_config(), "model");
    const HostMatrix<float> weights = to_host(used.parameters().flat());
    fill(used.parameters().flat(), std::nanf(""));
    ParameterSet<Host<float>> gradient(odd_config());
    const auto larger = random_training_batch(odd_config(), 7, 40, AttentionMask::full(), "other");
    CHECK(std::isnan(used.loss_and_gradient(gradient, larger)));
    copy(used.parameters().flat(), weights.view());
    const Step after_nan = one_step(used, odd_batch());
    CHECK(expected.loss == after_nan.loss);
    CHECK(same_bits(expected.parameters.view(), after_nan.parameters.view()));

    // The same after a smaller batch and logits without a gradient
    copy(used.parameters().flat(), weights.view());
    used.loss(random_training_batch(odd_config(), 1, 3, AttentionMask::block_causal(1), "small"));
    all_logits(used, random_batch(odd_config(), 9, 50, AttentionMask::full(), "logits"));
    const Step after_others = one_step(used, odd_batch());
    CHECK(expected.loss == after_others.loss);
    CHECK(same_bits(expected.parameters.view(), after_others.parameters.view()));
}

TEMPLATE_TEST_CASE("the logits of a sequence do not depend on the others in the batch", "", float,
                   double) {
    const ModelConfig config = GENERATE(odd_config(), ModelConfig{});  // odd sizes, preset tiny
    auto model = random_model<TestType>(config, "model");
    const Index positions = GENERATE(4, 27, 28, 31, 96, 97);  // rows at any address
    const TokenBatch many = random_batch(config, 5, positions, AttentionMask::full(), "tokens");
    const HostMatrix<TestType> together = all_logits(model, many);
    for (Index b = 0; b < many.batch; ++b) {
        TokenBatch alone = many;
        alone.batch = 1;
        alone.ids.assign(many.ids.begin() + b * positions, many.ids.begin() + (b + 1) * positions);
        INFO("T " << positions << ", sequence " << b);
        CHECK(same_bits(together.view().row_range(b * positions, positions),
                        all_logits(model, alone).view()));
    }
}

TEMPLATE_TEST_CASE("the logits of a row do not depend on which other rows are asked for", "", float,
                   double) {
    const ModelConfig config = odd_config();
    auto model = random_model<TestType>(config, "model");
    const TokenBatch batch = random_batch(config, 2, 28, AttentionMask::full(), "tokens");
    const HostMatrix<TestType> all = all_logits(model, batch);
    for (const std::vector<Index>& rows : std::vector<std::vector<Index>>{
             {0}, {55}, {3, 9}, {1, 2, 30}, {1, 2, 30, 31, 32}, {5, 6, 7, 8, 9, 10, 11, 50, 51}}) {
        const HostMatrix<TestType> some = to_host(model.logits(batch, rows));
        for (std::size_t m = 0; m < rows.size(); ++m) {
            INFO("row " << m << " of " << rows.size());
            CHECK(same_bits(all.view().row_range(rows[m], 1), some.view().row_range(Index(m), 1)));
        }
    }
}

TEST_CASE("batches whose sizes do not fit are refused") {
    auto model = random_model<float>(small_config(), "model");
    const TokenBatch good = random_batch(small_config(), 2, 4, AttentionMask::full(), "tokens");
    const std::vector<Index> rows = {0};
    TokenBatch bad = good;
    bad.ids.pop_back();
    CHECK(error_of([&] { model.logits(bad, rows); }) == "batch: expected 2 x 4 tokens, got 7");
    bad = good, bad.lengths = {4};
    CHECK(error_of([&] { model.logits(bad, rows); }) == "batch: expected 2 lengths or none, got 1");
    bad = good, bad.ids[3] = 11;
    CHECK(error_of([&] { model.logits(bad, rows); }) ==
          "embedding: expected ids in [0, 11), got 11");
    CHECK(error_of([&] {
              model.loss({good, {1, 2}, {1, 1}});
          }) == "loss: expected 8 targets and weights, got 2 and 2");
}
