// The loss of a batch is the sum over its rows of weight times cross entropy.
#include "tests/support/error_of.h"
#include "tests/transformer/random_model.h"

using namespace seed;

TEST_CASE("a loss is linear in its weights, the smallest ones too") {
    auto model = random_model<double>(odd_config(), "model");
    TrainingBatch batch = random_training_batch(odd_config(), 2, 9, AttentionMask::full(), "batch");
    const auto loss_of = [&](std::size_t row, double weight) {
        std::fill(batch.weights.begin(), batch.weights.end(), 0);
        batch.weights[row] = weight;
        return model.loss(batch);
    };
    for (const std::size_t row : {0u, 7u, 17u}) {
        const double one = loss_of(row, 1);
        CHECK(one > 0);
        for (const double weight : {1e-9, 1e-4, 0.25, 3.0}) {
            const double loss = loss_of(row, weight);
            CHECK(std::abs(loss - weight * one) <= 1e-12 * weight * one);
        }
    }
    std::fill(batch.weights.begin(), batch.weights.end(), 0);
    CHECK(model.loss(batch) == 0);
}
