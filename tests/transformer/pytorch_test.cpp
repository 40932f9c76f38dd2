// The whole model against numbers from PyTorch (fixtures/make_transformer_fixture.py): logits, loss
// and gradients in three mask modes with key padding, and four steps of AdamW.
#include "core/safetensors.h"
#include "tests/support/test_array.h"
#include "transformer/trainer.h"

using namespace seed;

namespace {

// Bounds are in u times the largest number of an array. On the way to a logit a value passes per
// layer: two normalisations (9 u each), the products q, k, v, gate, up (9 u), o and down (12 u),
// the attention's two (17 u) and a few roundings: 80 u, so 160 u in two layers and 180 u with the
// head; backwards the same again. Every normalisation and every softmax can amplify what came
// before; twice is allowed for. Both sides round, in double.
constexpr double forward_error = 2 * 180, backward_error = 2 * 360;

Safetensors fixture(const std::string& name) {
    const std::filesystem::path folder = SEED_SOURCE_DIR;
    return read_safetensors(folder / "tests/transformer/fixtures" / name);
}

std::span<const double> doubles(const Safetensors& file, const std::string& name) {
    return file.at(name).values<double>();
}

ModelConfig fixture_config(bool tied_head) {
    ModelConfig config;
    config.vocab_size = 11;
    config.hidden_size = 6;
    config.layers = 2;
    config.heads = 4;
    config.kv_heads = 2;
    config.head_size = 4;
    config.intermediate = 7;
    config.rope_theta = 100;
    config.rms_eps = 1e-3;
    config.tied_head = tied_head;
    config.mask_token = 3;
    return config;
}

AdamW fixture_options() {
    AdamW options;
    options.learning_rate = 0.05, options.final_fraction = 0.1;
    options.warmup_fraction = 0.25;  // 2 of 8 steps
    options.weight_decay = 0.1, options.clip_norm = 0.25;
    return options;
}

template <class T>
Transformer<Host<T>> fixture_model(const Safetensors& file, bool tied_head) {
    ParameterSet<Host<T>> parameters(fixture_config(tied_head));
    for (const auto& [name, view, decays] : parameters.named()) {
        const auto values = doubles(file, "start." + name);
        REQUIRE(Index(values.size()) == view.size());
        std::copy(values.begin(), values.end(), view.data);
    }
    return {fixture_config(tied_head), std::move(parameters)};
}

TrainingBatch fixture_batch(const Safetensors& file, Index block) {
    const auto ids = file.at("ids").values<std::int64_t>();
    const auto targets = file.at("targets").values<std::int64_t>();
    const auto lengths = file.at("lengths").values<std::int64_t>();
    const auto weights = file.at("weights").values<double>();
    const AttentionMask mask =
        block == 0 ? AttentionMask::full() : AttentionMask::block_causal(block);
    return {{2, 7, {ids.begin(), ids.end()}, {lengths.begin(), lengths.end()}, mask},
            {targets.begin(), targets.end()},
            {weights.begin(), weights.end()}};
}

double largest_of(std::span<const double> values) {
    double largest = 0;
    for (const double x : values) {
        if (std::isfinite(x)) largest = std::max(largest, std::abs(x));
    }
    return largest;
}

template <class T>
void check_within(const std::string& name, HostView<T> actual, std::span<const double> expected,
                  HostView<const double> allowed) {
    REQUIRE(Index(expected.size()) == actual.size());
    const HostView<const double> oracle{expected.data(), actual.rows, actual.cols};
    const Comparison comparison = compare<T>(name, actual, oracle, allowed);
    INFO(comparison.report);
    CHECK(comparison.passed());
}

// Every element within `error` u of the largest.
template <class T>
void check_array(const std::string& name, HostView<T> actual, std::span<const double> expected,
                 double error) {
    HostMatrix<double> allowed(actual.rows, actual.cols);
    fill(allowed.view(), error * roundoff<T> * largest_of(expected));
    check_within<T>(name, actual, expected, allowed.view());
}

std::vector<Index> fourteen_rows() {
    std::vector<Index> rows;
    for (Index n = 0; n < 14; ++n) rows.push_back(n);
    return rows;
}

}  // namespace

TEMPLATE_TEST_CASE("logits, loss and gradients are PyTorch's in every mask mode", "", float,
                   double) {
    const bool tied_head = GENERATE(true, false);
    const auto [prefix, block] =
        GENERATE(std::pair<std::string, Index>{"full.", 0},
                 std::pair<std::string, Index>{"block_causal_1.", 1},
                 std::pair<std::string, Index>{"block_causal_3.", 3});
    const Safetensors file =
        fixture(tied_head ? "transformer_tied.safetensors" : "transformer_untied.safetensors");
    auto model = fixture_model<TestType>(file, tied_head);
    const TrainingBatch batch = fixture_batch(file, block);
    check_array(prefix + "logits", model.logits(batch.input, fourteen_rows()),
                doubles(file, prefix + "logits"), forward_error);
    ParameterSet<Host<TestType>> gradient(model.config());
    const double loss = model.loss_and_gradient(gradient, batch);
    CHECK(near(loss, doubles(file, prefix + "loss")[0],
               forward_error * roundoff<TestType>));
    for (const auto& [name, view, decays] : gradient.named()) {
        const std::string label = prefix + "gradient." + name;
        check_array(label, view, doubles(file, label), backward_error);
    }
}

namespace {

// AdamW divides a gradient by its own size: an error d of a gradient g, in m and in sqrt(v), moves
// the parameter by lr 2 d / g in a step (at most by 2 lr). Three instead of two, because the
// gradients of later steps are not quite those of the first. Where the gradient is 0 it is exact.
template <class T>
void check_step(const std::string& name, HostView<T> actual, std::span<const double> expected,
                std::span<const double> gradient, Index step) {
    const double rate = fixture_options().learning_rate * double(step), u = roundoff<T>;
    HostMatrix<double> allowed(actual.rows, actual.cols);
    for (Index i = 0; i < actual.size(); ++i) {
        const double error = backward_error * u * largest_of(gradient);
        const double moved = gradient[i] == 0 ? 0 : 3 * error / std::abs(gradient[i]);
        allowed.view().data[i] =
            4 * u * double(step) * largest_of(expected) + rate * std::min(2.0, moved);
    }
    check_within(name, actual, expected, allowed.view());
}

}  // namespace

TEMPLATE_TEST_CASE("four steps of AdamW are PyTorch's", "", float, double) {
    const Safetensors file = fixture("transformer_untied.safetensors");
    auto model = fixture_model<TestType>(file, false);
    Trainer<Host<TestType>> trainer(model, fixture_options(), 8);
    for (Index step = 1; step <= 4; ++step) {
        trainer.step(fixture_batch(file, 3));
        const std::string prefix = "step" + std::to_string(step) + ".";
        for (const auto& [name, view, decays] : model.parameters().named()) {
            check_step(prefix + name, view, doubles(file, prefix + name),
                       doubles(file, "block_causal_3.gradient." + name), step);
        }
    }
}
