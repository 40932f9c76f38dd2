// The whole model against numbers from PyTorch (fixtures/make_transformer_fixture.py): logits, loss
// and gradients in three mask modes with key padding, and four steps of AdamW.
#include "core/safetensors.h"
#include "tests/support/test_array.h"
#include "transformer/trainer.h"

using namespace seed;

namespace {

// Bounds are in u times the largest number of an array. On the way to a logit a value passes per
// layer: two normalisations (9 u each), the products q, k, v, gate, up (9 u), o and down (12 u), the
// attention's two (17 u) and a few roundings: 80 u, so 160 u in two layers and 180 u with the head;
// backwards the same again. Every normalisation and every softmax can amplify what came before;
// twice is allowed for. Both sides round, in double.
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

// Every element within `error` u of the largest.
template <class T>
void check_array(const std::string& name, HostView<T> actual, const Tensor& tensor, double error) {
    const auto expected = tensor.values<double>();
    REQUIRE(Index(expected.size()) == actual.size());
    double largest = 0;
    for (const double e : expected) {
        if (std::isfinite(e)) largest = std::max(largest, std::abs(e));
    }
    HostMatrix<double> allowed(actual.rows, actual.cols);
    fill(allowed.view(), error * roundoff<T> * largest);
    const Comparison comparison = compare<T>(
        name, actual, HostView<const double>{expected.data(), actual.rows, actual.cols},
        allowed.view());
    INFO(comparison.report);
    CHECK(comparison.passed());
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
                file.at(prefix + "logits"), forward_error);
    ParameterSet<Host<TestType>> gradient(model.config());
    const double loss = model.loss_and_gradient(gradient, batch);
    CHECK(near(loss, doubles(file, prefix + "loss")[0],
               forward_error * roundoff<TestType>));
    for (const auto& [name, view, decays] : gradient.named()) {
        check_array(prefix + "gradient." + name, view, file.at(prefix + "gradient." + name),
                    backward_error);
    }
}

TEST_CASE("four steps of AdamW are PyTorch's, in double") {
    const Safetensors file = fixture("transformer_untied.safetensors");
    auto model = fixture_model<double>(file, false);
    Trainer<Host<double>> trainer(model, fixture_options(), 8);
    for (Index step = 1; step <= 4; ++step) {
        trainer.step(fixture_batch(file, 3));
        const std::string prefix = "step" + std::to_string(step) + ".";
        for (const auto& [name, view, decays] : model.parameters().named()) {
            // A step divides by sqrt(v), so that a small gradient's error counts as much as a
            // large one's: 1e-10 leaves room for gradients 1e3 smaller than the largest
            check_array(prefix + name, view, file.at(prefix + name), 1e-10 / roundoff<double>);
        }
    }
}

TEST_CASE("four steps of AdamW are PyTorch's, in float") {
    const Safetensors file = fixture("transformer_untied.safetensors");
    auto model = fixture_model<float>(file, false);
    Trainer<Host<float>> trainer(model, fixture_options(), 8);
    for (Index step = 1; step <= 4; ++step) {
        trainer.step(fixture_batch(file, 3));
        const std::string prefix = "step" + std::to_string(step) + ".";
        for (const auto& [name, view, decays] : model.parameters().named()) {
            // The same room as above, in float
            check_array(prefix + name, view, file.at(prefix + name),
                        1e-10 / roundoff<double>);
        }
    }
}
