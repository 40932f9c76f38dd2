// Training on the device follows training on the host.
//
// The bound on the losses is derived from the training itself. A float gradient may be off by
// gradient_error, relative to its tensor's root mean square. So the training in double is run once
// as it is and several times with every gradient pushed that far, at random, before each update:
// how far the pushed losses drift, at most, is how far a correct float training may drift. To that
// comes the error of the loss itself.
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"
#include "tests/transformer/device_model.h"
#include "tests/transformer/model_error.h"
#include "transformer/trainer.h"

using namespace seed;

namespace {

constexpr Index steps = 20, batch_size = 4, positions = 12;

ModelConfig trained_config() {
    ModelConfig config = small_config();
    config.vocab_size = 23;
    config.hidden_size = 16;
    config.intermediate = 24;
    return config;
}

TrainingBatch batch_of_step(Index step) {
    TrainingBatch batch = random_training_batch(trained_config(), batch_size, positions,
                                                AttentionMask::full(), std::to_string(step));
    // Something to learn: every token is followed by its double
    for (std::size_t n = 0; n < batch.targets.size(); ++n) {
        batch.targets[n] = 2 * batch.input.ids[n] % 23;
        if (batch.targets[n] == trained_config().mask_token) batch.targets[n] = 0;
    }
    return batch;
}

AdamW options() {
    AdamW options;
    options.learning_rate = 0.02;
    return options;
}

template <class Space>
std::vector<double> losses(Transformer<Space> model, const Optimizer& optimizer) {
    Trainer<Space> trainer(model, optimizer, steps);
    std::vector<double> losses;
    for (Index s = 0; s < steps; ++s) losses.push_back(trainer.step(batch_of_step(s)).loss);
    return losses;
}

template <class T>
Transformer<Host<T>> fresh_model() {
    ParameterSet<Host<T>> parameters(trained_config());
    initialize(parameters, test_key("weights"));
    return {trained_config(), std::move(parameters)};
}

// Moves every element that has a gradient by up to `relative` of the root mean square.
void push(HostView<double> gradient, double relative, RandomKey key) {
    double squares = 0;
    for (double g : gradient.span()) squares += g * g;
    const double most = relative * std::sqrt(squares / double(gradient.size()));
    for (Index i = 0; i < gradient.size(); ++i) {
        double& g = gradient.data[i];
        if (g != 0) g += most * (2 * uniform_double(key, std::uint64_t(i), 0) - 1);
    }
}

// Trainer<Host<double>>::step, with every gradient pushed.
std::vector<double> pushed_losses(const Optimizer& optimizer, RandomKey key) {
    const AdamW& adamw = optimizer.adamw;
    auto model = fresh_model<double>();
    const ModelConfig& config = model.config();
    ParameterSet<Host<double>> gradient(config), m(config), v(config);
    const double error = gradient_error(config, batch_size * positions, positions);
    std::vector<double> losses;
    for (Index s = 0; s < steps; ++s) {
        fill(gradient.flat(), 0);
        losses.push_back(model.loss_and_gradient(gradient, batch_of_step(s)));
        const RandomKey step_key = key.fork(std::uint64_t(s));
        for (const auto& [name, view, decays] : gradient.named()) {
            push(view, error, step_key.fork(name));
        }
        const double norm = global_norm(HostView<const double>(gradient.flat()));
        const double scale = norm > adamw.clip_norm ? adamw.clip_norm / norm : 1.0;
        const double rate = learning_rate_at(adamw, s, steps);
        for (std::size_t i = 0; i < gradient.named().size(); ++i) {
            const auto& [name, p, decays] = model.parameters().named()[i];
            if (optimizer.muon && name.ends_with("proj.weight")) {
                muon_update<Host<double>>(p, m.named()[i].view, gradient.named()[i].view,
                                          *optimizer.muon, rate, adamw.weight_decay, scale);
                continue;
            }
            adamw_update(p, m.named()[i].view, v.named()[i].view, gradient.named()[i].view, adamw,
                         rate, decays ? adamw.weight_decay : 0.0, scale, s + 1);
        }
    }
    return losses;
}

// How far the loss of each step may be off.
std::vector<double> allowed_drift(const std::vector<double>& exact, const Optimizer& optimizer) {
    const double error = forward_error(trained_config(), positions);
    std::vector<double> allowed(steps);
    for (Index s = 0; s < steps; ++s) allowed[s] = error * exact[s];
    for (std::uint64_t run = 0; run < 8; ++run) {
        const std::vector<double> pushed = pushed_losses(optimizer, test_key("push").fork(run));
        for (Index s = 0; s < steps; ++s) {
            allowed[s] = std::max(allowed[s], error * exact[s] + std::abs(pushed[s] - exact[s]));
        }
    }
    return allowed;
}

double worst_share(const std::vector<double>& actual, const std::vector<double>& exact,
                   const std::vector<double>& allowed) {
    double worst = 0;
    for (Index s = 0; s < steps; ++s) {
        const double share = std::abs(actual[s] - exact[s]) / allowed[s];
        worst = share <= worst ? worst : share;  // a NaN stays
    }
    return worst;
}

}  // namespace

TEST_CASE("twenty steps on the device follow the host's losses within the derived bound") {
    const Optimizer optimizer = GENERATE(Optimizer{options()}, Optimizer{options(), Muon{}});
    const std::vector<double> exact = losses(fresh_model<double>(), optimizer);
    REQUIRE(exact.back() < 0.8 * exact.front());  // it does learn
    const std::vector<double> allowed = allowed_drift(exact, optimizer);
    const auto host = losses(fresh_model<float>(), optimizer);
    const auto device = losses(on_device(fresh_model<float>()), optimizer);
    INFO("of the bound: host " << worst_share(host, exact, allowed) << ", device "
                               << worst_share(device, exact, allowed));
    CHECK(worst_share(host, exact, allowed) <= 1);
    CHECK(worst_share(device, exact, allowed) <= 1);
    // The bound says something: a small mistake in the optimiser is far outside
    Optimizer wrong = optimizer;
    wrong.adamw.beta2 = 0.97;
    if (wrong.muon) wrong.muon->momentum = 0.94;
    CHECK(worst_share(losses(on_device(fresh_model<float>()), wrong), exact, allowed) > 10);
}

TEST_CASE("a training restored on the device goes on with the same bits") {
    auto model = on_device(fresh_model<float>());
    Trainer<Device> trainer(model, options(), 6);
    for (Index s = 0; s < 3; ++s) trainer.step(batch_of_step(s));
    const Safetensors state = trainer.state();
    for (Index s = 3; s < 6; ++s) trainer.step(batch_of_step(s));

    auto again = on_device(fresh_model<float>());
    Trainer<Device> restored(again, options(), 6);
    restored.restore(state, "state");
    CHECK(restored.steps_done() == 3);
    for (Index s = 3; s < 6; ++s) restored.step(batch_of_step(s));
    const auto expected = to_host(model.parameters().flat());
    const auto actual = to_host(again.parameters().flat());
    CHECK(same_bits(actual.view(), expected.view()));
}

TEST_CASE("a loss that is no number ends the training on the device") {
    auto host = fresh_model<float>();
    host.parameters().embedding(1, 0) = std::nanf("");
    auto model = on_device(host);
    Trainer<Device> trainer(model, options(), 1);
    CHECK_THAT(error_of([&] { trainer.step(batch_of_step(0)); }),
               Catch::Matchers::Contains("expected a finite loss"));
}
