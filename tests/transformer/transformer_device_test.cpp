// The transformer on the device against the same weights in double on the host.
#include "tests/support/error_of.h"
#include "tests/transformer/device_model.h"
#include "tests/transformer/model_error.h"
#include "transformer/autoregressive.h"

using namespace seed;

namespace {

double largest(HostView<const double> view) {
    double largest = 0;
    for (double x : view.span()) largest = std::isinf(x) ? largest : std::max(largest, std::abs(x));
    return largest;
}

// No element may be off by more than `relative` of the largest.
void check_near(std::string_view name, HostView<const float> actual,
                HostView<const double> expected, double relative) {
    const double bound = relative * largest(expected);
    HostMatrix<double> allowed(expected.rows, expected.cols);
    for (double& a : allowed.view().span()) a = bound;
    const Comparison comparison = compare<const float>(name, actual, expected, allowed.view());
    INFO(comparison.report << " (SEED_TEST_SEED=" << test_seed() << ")");
    CHECK(comparison.passed());
}

}  // namespace

TEST_CASE("the device's logits are those of the model in double") {
    const ModelConfig config = GENERATE(small_config(), odd_config());
    const auto mask = GENERATE(AttentionMask::full(), AttentionMask::block_causal(3));
    auto exact = random_model<double>(config, "model");
    auto model = on_device(random_model<float>(config, "model"));
    TokenBatch batch = random_batch(config, 2, 9, mask, "batch");
    batch.lengths = {9, 5};
    const std::vector<Index> rows{0, 3, 8, 9, 13};
    const HostMatrix<float> logits = to_host(model.logits(batch, rows));
    const HostMatrix<double> expected = to_host(exact.logits(batch, rows));
    // Twice: these weights are larger than those that keep a size, and make an error grow on its way
    check_near("logits", logits.view(), expected.view(), 2 * forward_error(config, 9));
    for (Index m = 0; m < 5; ++m) CHECK(std::isinf(logits.view()(m, config.mask_token)));
}

TEST_CASE("the device's loss and gradient are those of the model in double") {
    const ModelConfig config = GENERATE(small_config(), odd_config());
    const auto mask = GENERATE(AttentionMask::full(), AttentionMask::block_causal(3));
    auto exact = random_model<double>(config, "model");
    auto model = on_device(random_model<float>(config, "model"));
    const TrainingBatch batch = random_training_batch(config, 3, 7, mask, "batch");
    ParameterSet<Device> gradient(config);
    ParameterSet<Host<double>> expected(config);
    const double loss = model.loss_and_gradient(gradient, batch);
    const double exact_loss = exact.loss_and_gradient(expected, batch);
    CHECK(near(loss, exact_loss, forward_error(config, 7)));
    CHECK(model.loss(batch) == loss);
    for_each_parameter(gradient, expected,
                       [&](const std::string& name, const auto& actual, HostView<double> view) {
                           check_near(name, actual.view(), view, gradient_error(config, 21, 7));
                       });
}

TEST_CASE("gradients on the device add up, and two runs give the same bits") {
    const ModelConfig config = small_config();
    auto model = on_device(random_model<float>(config, "model"));
    const TrainingBatch batch = random_training_batch(config, 2, 5, AttentionMask::full(), "batch");
    ParameterSet<Device> once(config), again(config);
    model.loss_and_gradient(once, batch);
    model.loss_and_gradient(again, batch);
    const HostMatrix<float> first = to_host(once.flat()), second = to_host(again.flat());
    CHECK(same_bits(first.view(), second.view()));
    model.loss_and_gradient(again, batch);
    const HostMatrix<float> both = to_host(again.flat());
    HostMatrix<double> doubled(1, first.size());
    for (Index i = 0; i < first.size(); ++i) doubled.view().data[i] = 2 * first.view().data[i];
    check_near("twice", both.view(), doubled.view(), gradient_error(config, 10, 5));
}

TEST_CASE("a batch that does not fit is refused on the device as on the host") {
    const ModelConfig config = small_config();
    auto model = on_device(random_model<float>(config, "model"));
    TokenBatch batch = random_batch(config, 2, 5, AttentionMask::full(), "batch");
    batch.ids[3] = 11;
    const std::vector<Index> row{0};
    CHECK(error_of([&] { model.logits(batch, row); }) ==
          "embedding: expected ids in [0, 11), got 11");
    batch.ids.pop_back();
    CHECK(error_of([&] { model.logits(batch, row); }) == "batch: expected 2 x 5 tokens, got 9");
}

TEST_CASE("greedy decoding on the device chooses the tokens that the host chooses") {
    const ModelConfig config = small_config();
    auto host = random_model<float>(config, "model");
    auto model = on_device(host);
    const std::vector<std::vector<std::int32_t>> prompts{{1, 2}, {5}, {7, 4, 9}};
    const auto expected = greedy_decode(host, prompts, 9, 2);
    const auto decoded = greedy_decode(model, prompts, 9, 2);
    CHECK(decoded.completions == expected.completions);
    CHECK(decoded.calls == expected.calls);
}
