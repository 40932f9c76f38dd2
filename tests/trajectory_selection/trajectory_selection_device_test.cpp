// Pools and scores of trajectories on the device, and steps with several rules at once.
#include "tests/support/thread_count.h"
#include "tests/transformer/device_model.h"
#include "tests/transformer/model_error.h"
#include "trajectory_selection/order_sampling_device.h"
#include "trajectory_selection/pool.h"
#include "trajectory_selection/score_device.h"
#include "trajectory_selection/selection_device.h"
#include "trajectory_selection/trajectory_device.h"

using namespace seed;

namespace {

const std::vector<MaskableText> texts{
    {{1, 2, 4, 5, 6, 7, 0, 9, 10, 1, 2, 4}, {2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
    {{9, 8, 7, 10, 5, 4, 0, 1, 2, 9, 8, 7}, {1, 3, 5, 6, 8, 9, 11}}};

PoolOptions pool_options() {
    PoolOptions options;
    options.members = 5, options.batch = 7;
    options.temperatures = {0, 0.6}, options.steps = {2, 5}, options.thresholds = {0.35, 0.6};
    return options;
}

}  // namespace

TEST_CASE("a pool drawn on the device is the host's") {
    const ThreadCount one(1);
    auto host = random_model<float>(small_config(), "model");
    auto device = on_device(host);
    const RandomKey key = test_key("pool");
    const auto expected = draw_pool(host, texts, pool_options(), key, 3);
    const auto pool = draw_pool(device, texts, pool_options(), key, 3);
    REQUIRE(pool.size() == 10);
    // Two float models, each off by the error of its logits, which are below 20
    const double bound = 2 * 20 * forward_error(small_config(), 12);
    for (std::size_t p = 0; p < pool.size(); ++p) {
        CHECK(pool[p].reveal == expected[p].reveal);
        CHECK(pool[p].steps == expected[p].steps);
        CHECK(near(pool[p].score, expected[p].score, bound));
    }
}

TEST_CASE("scores on the device are the host's") {
    const ThreadCount one(1);
    auto exact = random_model<double>(small_config(), "model");
    auto device = on_device(random_model<float>(small_config(), "model"));
    std::vector<MaskableText> both;
    std::vector<Trajectory> trajectories;
    for (std::uint64_t m = 0; m < 6; ++m) {
        both.push_back(texts[m % 2]);
        const auto masked = texts[m % 2].positions;
        trajectories.push_back(shuffled(one_by_one(masked, 12), test_key("order").fork(m)));
    }
    LikelihoodOptions options;
    options.batch = 4;
    const auto expected = score_trajectories(exact, both, trajectories, options);
    const auto scores = score_trajectories(device, both, trajectories, options);
    const double bound = 20 * forward_error(small_config(), 12);  // logits are below 20
    REQUIRE(scores.size() == 6);
    for (std::size_t p = 0; p < scores.size(); ++p) CHECK(near(scores[p], expected[p], bound));
    CHECK(scores[0] != scores[2]);
}

TEST_CASE("a step on the device takes for each text the answer of its own rule") {
    const Index vocabulary = 41;
    std::vector<std::vector<Index>> masked;
    std::vector<std::vector<std::int32_t>> tokens;
    Index rows = 0;
    for (Index b = 0; b < 6; ++b) {
        masked.emplace_back(), tokens.emplace_back();
        for (Index i = 0; i < 2 + 7 * b; ++i, ++rows) {
            masked[b].push_back(1 + 2 * i);
            tokens[b].push_back(std::int32_t((3 * i + b) % vocabulary));
        }
    }
    const auto logits = TestArray<float>::random(test_key("logits"), rows, vocabulary, 6);
    DeviceMatrix<float> there(rows, vocabulary);
    copy(there.view(), logits.view());
    const OrderRule rules[] = {
        {RevealRule::count, 3, 0.1, 0},     {RevealRule::threshold, 5, 0.3, 0.2},
        {RevealRule::count, 9, 0.2, 0.5},   {RevealRule::threshold, 2, 0.6, 0},
        {RevealRule::threshold, 4, 0.3, 1}, {RevealRule::count, 40, 0.3, 2}};
    std::vector<OrderedText> step;
    for (Index b = 0; b < 6; ++b) {
        step.push_back(
            {masked[b], tokens[b], b, rules[b], test_key("text").fork(std::uint64_t(b))});
    }
    const auto expected = order_step(HostView<const float>(logits.view()), step);
    const auto actual = order_step(DeviceView<const float>(there.view()), step);
    REQUIRE(actual.size() == std::size_t(rows));
    for (Index m = 0; m < rows; ++m) {
        CHECK(near(actual[m].log_p, expected[m].log_p, 1e-13));
        CHECK(near(actual[m].confidence, expected[m].confidence, 1e-13));
        CHECK(actual[m].revealed == expected[m].revealed);
    }
    // Nothing masked: nothing to do
    CHECK(order_step(DeviceView<const float>{there.view().data, 0, vocabulary}, {}).empty());
}

TEST_CASE("score_steps returns on the host what the device adds up, part by part") {
    const auto logits = TestArray<float>::random(test_key("logits"), 40, 67, 6);
    DeviceMatrix<float> there(40, 67);
    copy(there.view(), logits.view());
    std::vector<std::int32_t> targets;
    for (std::int32_t m = 0; m < 40; ++m) targets.push_back(m * 5 % 67);
    const std::vector<Index> first_row{0, 0, 33, 34, 34, 40};
    const auto expected = score_steps(HostView<const float>(logits.view()), targets, first_row);
    const auto sums = score_steps(DeviceView<const float>(there.view()), targets, first_row);
    REQUIRE(sums.size() == 5);
    for (std::size_t p = 0; p < 5; ++p) CHECK(near(sums[p], expected[p], 1e-13));
    CHECK(sums[0] == 0);
    CHECK(sums[1] < 0);
}

TEST_CASE("states are those of the host also where rows begin off a 16-byte boundary") {
    std::vector<std::int32_t> x0, reveal;
    for (std::int32_t i = 0; i < 15; ++i) x0.push_back(10 + i), reveal.push_back(i * 7 % 5 - 1);
    const DeviceBuffer<std::int32_t> clean(x0), when(reveal);
    const std::vector<Index> steps{1, 2};
    for (Index from = 0; from <= 4; ++from) {
        for (Index to = 0; to <= 4; ++to) {
            const DeviceMatrix<std::int32_t> xt(3, 5);
            trajectory_states(DeviceView<std::int32_t>{xt.view().data + to, 2, 5},
                              {clean.data() + from, 2, 5}, {when.data() + 5 - from, 2, 5}, steps,
                              3);
            std::vector<std::int32_t> actual(15), expected(10);
            copy_from_device(actual.data(), xt.view().data, 15 * sizeof(std::int32_t));
            trajectory_states(HostView<std::int32_t>{expected.data(), 2, 5},
                              {x0.data() + from, 2, 5}, {reveal.data() + 5 - from, 2, 5}, steps, 3);
            CHECK(std::equal(expected.begin(), expected.end(), actual.begin() + to));
        }
    }
}

TEST_CASE("the best rows, the noise and the sums are the host's under the common names too") {
    const std::vector<double> numbers{-3, -1, -1, -2, -7};
    const DeviceBuffer<double> values(numbers), noisy(5), sums(2);
    const DeviceBuffer<std::int32_t> best(6);
    const DeviceView<double> column{values.data(), 5, 1};
    const std::vector<Index> first_row{0, 3, 5};
    segmented_top_k({best.data(), 2, 3}, column, first_row);
    CHECK(best.download() == std::vector<std::int32_t>{1, 2, 0, 3, 4, -1});
    segmented_sum({sums.data(), 2, 1}, column, first_row);
    CHECK(sums.download() == std::vector<double>{-5, -9});
    const std::vector<double> cold(5);
    add_gumbel_noise({noisy.data(), 5, 1}, column, cold, std::vector<RandomKey>(5),
                     std::vector<std::uint64_t>(5));
    CHECK(noisy.download() == numbers);
}
