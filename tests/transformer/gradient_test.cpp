// Every parameter's gradient against central differences, in double.
#include <cmath>

#include "tests/support/catch.h"
#include "tests/support/thread_count.h"
#include "transformer/transformer.h"

using namespace seed;

namespace {

ModelConfig small_config(bool qkv_bias, bool tied_head) {
    ModelConfig config;
    config.vocab_size = 11;
    config.hidden_size = 6;
    config.layers = 2;
    config.heads = 4;
    config.kv_heads = 2;
    config.head_size = 4;
    config.intermediate = 5;
    config.qkv_bias = qkv_bias;
    config.tied_head = tied_head;
    config.mask_token = 3;
    return config;
}

// Initial parameters, with gains moved away from 1 and all that is 0 away from it: mistakes could
// hide there.
ParameterSet<Host<double>> moved_parameters(const ModelConfig& config) {
    ParameterSet<Host<double>> parameters(config);
    initialize(parameters, RandomKey{5});
    for (const auto& p : parameters.named()) {
        for (Index i = 0; i < p.view.size(); ++i) {
            p.view.data[i] += 0.3 * (uniform_double(RandomKey{6}, i, 0) - 0.5);
        }
    }
    return parameters;
}

// Two sequences of seven tokens, the second padded after five; weights of both signs and zeros.
TrainingBatch small_batch(AttentionMask mask) {
    TrainingBatch batch;
    batch.input.batch = 2;
    batch.input.positions = 7;
    batch.input.lengths = {7, 5};
    batch.input.mask = mask;
    const RandomKey key{17};
    for (Index n = 0; n < 14; ++n) {
        batch.input.ids.push_back(std::int32_t(uniform_double(key, n, 0) * 11));
        batch.targets.push_back(n % 11 == 3 ? 4 : std::int32_t(n % 11));
        batch.weights.push_back(n % 4 == 0 ? 0 : 0.5 + uniform_double(key, n, 1));
    }
    return batch;
}

// Largest |analytic - numeric| over a parameter, relative to the parameter's largest gradient.
double relative_error(Transformer<Host<double>>& model, const TrainingBatch& batch,
                      HostView<double> parameter, HostView<double> gradient) {
    double worst = 0, largest = 0;
    for (Index i = 0; i < parameter.size(); ++i) {
        const double h = 1e-5, value = parameter.data[i];
        parameter.data[i] = value + h;
        const double above = model.loss(batch);
        parameter.data[i] = value - h;
        const double below = model.loss(batch);
        parameter.data[i] = value;
        const double numeric = (above - below) / (2 * h);
        worst = std::max(worst, std::abs(gradient.data[i] - numeric));
        largest = std::max(largest, std::abs(numeric));
    }
    return worst / std::max(largest, 1e-3);
}

}  // namespace

TEST_CASE("every gradient agrees with central differences in every mask mode") {
    const ThreadCount one(1);
    const AttentionMask mask = GENERATE(AttentionMask::full(), AttentionMask::block_causal(1),
                                        AttentionMask::block_causal(3));
    const bool qkv_bias = GENERATE(true, false), tied_head = GENERATE(true, false);
    const ModelConfig config = small_config(qkv_bias, tied_head);
    Transformer<Host<double>> model(config, moved_parameters(config));
    ParameterSet<Host<double>> gradient(config);
    const TrainingBatch batch = small_batch(mask);
    const double loss = model.loss_and_gradient(gradient, batch);
    CHECK(loss == model.loss(batch));
    for (std::size_t i = 0; i < gradient.named().size(); ++i) {
        INFO(gradient.named()[i].name << ", block " << mask.block);
        CHECK(relative_error(model, batch, model.parameters().named()[i].view,
                             gradient.named()[i].view) < 1e-6);
    }
}

TEST_CASE("a second backward pass adds to the gradient") {
    const ModelConfig config = small_config(true, true);
    ParameterSet<Host<double>> once(config), twice(config);
    Transformer<Host<double>> model(config, moved_parameters(config));
    const TrainingBatch batch = small_batch(AttentionMask::full());
    model.loss_and_gradient(once, batch);
    model.loss_and_gradient(twice, batch);
    model.loss_and_gradient(twice, batch);
    for (Index i = 0; i < once.flat().size(); ++i) {
        REQUIRE(std::abs(twice.flat().data[i] - 2 * once.flat().data[i]) <=
                1e-12 * (1 + std::abs(once.flat().data[i])));
    }
}
