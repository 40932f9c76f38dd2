// The trainer: exact resume, clipping, decay, refusals, and that it learns at all.
#include "transformer/trainer.h"

#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;

namespace {

TrainingBatch batch_of_step(Index step) {
    return random_training_batch(odd_config(), 3, 17, AttentionMask::full(),
                                 "step " + std::to_string(step));
}

HostMatrix<float> weights_of(const Transformer<Host<float>>& model) {
    return to_host(model.parameters().flat());
}

}  // namespace

TEST_CASE("a run that is restored at step 3 ends with the bits of one never interrupted") {
    auto model = random_model<float>(odd_config(), "model");
    Trainer<Host<float>> trainer(model, AdamW{}, 7);
    std::string checkpoint;
    std::vector<double> losses;
    for (Index step = 0; step < 7; ++step) {
        if (step == 3) checkpoint = serialize_safetensors(trainer.state());
        losses.push_back(trainer.step(batch_of_step(step)).loss);
    }
    auto restored = random_model<float>(odd_config(), "another model");
    Trainer<Host<float>> second(restored, AdamW{}, 7);
    second.step(batch_of_step(5));  // what it did before must not matter
    second.restore(parse_safetensors(checkpoint, "checkpoint"), "checkpoint");
    CHECK(second.steps_done() == 3);
    for (Index step = 3; step < 7; ++step) {
        const StepReport report = second.step(batch_of_step(step));
        CHECK(report.loss == losses[step]);
        CHECK(report.step == step + 1);
    }
    CHECK(same_bits(weights_of(model).view(), weights_of(restored).view()));
    CHECK(serialize_safetensors(trainer.state()) == serialize_safetensors(second.state()));
}

TEST_CASE("a step that is skipped counts as done, and none is left behind the last") {
    auto model = random_model<float>(small_config(), "model");
    Trainer<Host<float>> trainer(model, AdamW{}, 2);
    CHECK(!trainer.step_or_skip({}).has_value());
    CHECK(trainer.steps_done() == 1);
    CHECK(!trainer.step_or_skip({}).has_value());
    CHECK(error_of([&] { trainer.step_or_skip({}); }) ==
          "training: expected at most 2 steps, got one more");
}

TEST_CASE("a finished training is restored as such: there is no step left") {
    auto model = random_model<float>(small_config(), "model");
    const auto batch = random_training_batch(small_config(), 1, 4, AttentionMask::full(), "batch");
    Trainer<Host<float>> trainer(model, AdamW{}, 2);
    trainer.step(batch), trainer.step(batch);
    const Safetensors finished = trainer.state();
    auto restored = random_model<float>(small_config(), "another model");
    Trainer<Host<float>> second(restored, AdamW{}, 2);
    second.restore(finished, "file");
    CHECK(second.steps_done() == 2);
    CHECK(same_bits(weights_of(model).view(), weights_of(restored).view()));
    CHECK(error_of([&] { second.step(batch); }) ==
          "training: expected at most 2 steps, got one more");
}

TEST_CASE("restore refuses a state that is not this model's") {
    auto model = random_model<float>(small_config(), "model");
    Trainer<Host<float>> trainer(model, AdamW{}, 5);
    const Safetensors good = trainer.state();
    const auto message = [&](auto&& change) {
        Safetensors bad = good;
        change(bad);
        return error_of([&] { trainer.restore(bad, "file"); });
    };
    CHECK(message([](Safetensors&) {}).empty());
    CHECK(message([](Safetensors& s) { s.metadata.clear(); }) ==
          "file: expected a step in the metadata, got none");
    for (const std::string text : {"6", "-1", "", "3x", "99999999999999999999"}) {
        CHECK(message([&](Safetensors& s) { s.metadata["step"] = text; }) ==
              "file: expected a step in 0 ... 5, got " + text);
    }
    CHECK(message([](Safetensors& s) { s.tensors.erase("adamw.v.model.norm.weight"); }) ==
          "file: expected the 78 tensors of the configured training, got 77");
    CHECK(message([](Safetensors& s) {
              auto tensor = s.tensors.extract("adamw.v.model.norm.weight");
              tensor.key() = "another";
              s.tensors.insert(std::move(tensor));
          }) == "file: expected a tensor adamw.v.model.norm.weight, got none");
    CHECK(message([](Safetensors& s) {
              s.tensors.at("model.norm.weight").shape = {1, 6};
          }) == "file: model.norm.weight: expected F32 of shape (6), got F32 of shape (1, 6)");
}

namespace {

// The length of the gradient that the optimiser saw, from m = (1 - beta1) g after one step.
double length_after_clipping(double clip_norm, double& reported_norm) {
    auto model = random_model<double>(small_config(), "model");
    AdamW options;
    options.clip_norm = clip_norm;
    Trainer<Host<double>> trainer(model, options, 5);
    const auto batch = random_training_batch(small_config(), 2, 6, AttentionMask::full(), "batch");
    reported_norm = trainer.step(batch).gradient_norm;
    double squares = 0;
    for (const auto& [name, tensor] : trainer.state().tensors) {
        if (!name.starts_with("adamw.m.")) continue;
        for (const float m : tensor.values<float>()) squares += double(m) * double(m);
    }
    return std::sqrt(squares) / (1 - options.beta1);
}

}  // namespace

TEST_CASE("a gradient longer than the clipping norm is scaled to it, a shorter one is not") {
    double norm = 0, reported = 0;
    const double unclipped = length_after_clipping(0, norm);
    CHECK(near(unclipped, norm, 1e-5));
    CHECK(near(length_after_clipping(norm / 4, reported), norm / 4, 1e-5));
    CHECK(reported == norm);  // before clipping
    CHECK(near(length_after_clipping(norm * 4, reported), norm, 1e-5));
}

TEST_CASE("only matrices decay") {
    auto model = random_model<double>(small_config(), "model");
    AdamW options;
    options.weight_decay = 0.5, options.learning_rate = 0.1, options.warmup_fraction = 0;
    Trainer<Host<double>> trainer(model, options, 5);
    // Without a loss there is no gradient: what changes, changes by decay
    TrainingBatch batch =
        random_training_batch(small_config(), 1, 4, AttentionMask::full(), "batch");
    batch.weights.assign(4, 0);
    const HostMatrix<double> before = to_host(model.parameters().flat());
    trainer.step(batch);
    const double* base = model.parameters().flat().data;
    for (const auto& [name, view, decays] : model.parameters().named()) {
        INFO(name);
        CHECK(decays == (!name.ends_with("bias") && !name.ends_with("norm.weight")));
        const double keep = decays ? 1 - 0.1 * 0.5 : 1;
        for (Index i = 0; i < view.size(); ++i) {
            const double old = before.view().data[view.data - base + i];
            REQUIRE(near(view.data[i], old * keep, 1e-14));
        }
    }
}

TEST_CASE("the trainer overfits one small batch") {
    const ThreadCount one(1);
    const AttentionMask mask = GENERATE(AttentionMask::full(), AttentionMask::block_causal(1));
    ModelConfig config = small_config();
    config.hidden_size = 16, config.intermediate = 32;
    ParameterSet<Host<float>> parameters(config);
    initialize(parameters, test_key("weights"));
    Transformer<Host<float>> model(config, std::move(parameters));
    TrainingBatch batch = random_training_batch(config, 2, 8, mask, "batch");
    batch.weights.assign(16, 1.0 / 16);
    for (Index n = 0; n < 16; ++n) batch.input.ids[n] = std::int32_t(n % 8);  // places tell apart
    for (Index n = 8; n < 16; ++n) batch.targets[n] = batch.targets[n - 8];
    AdamW options;
    options.learning_rate = 0.02;
    Trainer<Host<float>> trainer(model, options, 150);
    const double first = trainer.step(batch).loss;
    for (Index step = 1; step < 150; ++step) trainer.step(batch);
    CHECK(first > 1.5);
    CHECK(model.loss(batch) < 0.05);
}

TEST_CASE("the trainer stops at its last step and at a loss that is not finite") {
    auto model = random_model<float>(small_config(), "model");
    TrainingBatch batch =
        random_training_batch(small_config(), 1, 4, AttentionMask::full(), "batch");
    Trainer<Host<float>> trainer(model, AdamW{}, 2);
    trainer.step(batch);
    const HostMatrix<float> weights = weights_of(model);
    batch.weights[0] = INFINITY;
    CHECK(error_of([&] {
              trainer.step(batch);
          }).starts_with("training: expected a finite loss and gradient at step 2, got inf"));
    CHECK(same_bits(weights.view(), weights_of(model).view()));
    CHECK(trainer.steps_done() == 1);
    batch.weights[0] = 1;
    trainer.step(batch);
    CHECK(error_of([&] { trainer.step(batch); }) ==
          "training: expected at most 2 steps, got one more");
    CHECK(error_of([&] { Trainer<Host<float>>(model, AdamW{}, 0); }) ==
          "training: expected at least one step, got 0");
}
