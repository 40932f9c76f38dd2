// Orders drawn on the emulated device are the host's, bit for bit: exp and log are the same there.
// In the device test they may differ as a GPU's may.
#include <bit>
#include <cmath>

#include "tests/support/test_array.h"
#include "trajectory_selection/order_sampling_device.h"

using namespace seed;

namespace {

bool same(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
           (std::isnan(a) && std::isnan(b));
}

// 96 rows of a model that is sure of itself: its confidences are 1 but for the last bits.
TestArray<float> sure_logits(Index rows, Index vocabulary) {
    auto logits = TestArray<float>::random(test_key("logits"), rows, vocabulary, 2);
    for (Index m = 0; m < rows; ++m) logits.view()(m, m % vocabulary) = 38 + float(m % 4) / 2;
    return logits;
}

}  // namespace

TEST_CASE("a step of a model that is sure of itself is the host's bit for bit") {
    const Index rows = 96, vocabulary = 200;
    const auto logits = sure_logits(rows, vocabulary);
    DeviceMatrix<float> there(rows, vocabulary);
    copy(there.view(), logits.view());
    std::vector<Index> masked;
    std::vector<std::int32_t> tokens;
    for (Index i = 0; i < rows / 2; ++i) {
        masked.push_back(i + 3), tokens.push_back(std::int32_t(i * i % vocabulary));
    }
    Index differ = 0;
    for (const double temperature : {0.0, 0.5}) {
        for (const auto rule : {RevealRule::count, RevealRule::threshold}) {
            const OrderRule how{rule, 8, 0.999, temperature};
            const std::vector<OrderedText> texts{{masked, tokens, 1, how, test_key("a")},
                                                 {masked, tokens, 2, how, test_key("b")}};
            const auto expected = order_step(HostView<const float>(logits.view()), texts);
            const auto actual = order_step(DeviceView<const float>(there.view()), texts);
            REQUIRE(actual.size() == expected.size());
            for (std::size_t m = 0; m < expected.size(); ++m) {
                CHECK(same(actual[m].log_p, expected[m].log_p));
                CHECK(same(actual[m].confidence, expected[m].confidence));
                CHECK(actual[m].revealed == expected[m].revealed);
                differ += expected[m].confidence != 1;
            }
        }
    }
    CHECK(differ > 0);
}

TEST_CASE("added up by lanes, confidences close to 1 differ from the host's") {
    const Index rows = 96, vocabulary = 200;
    const auto logits = sure_logits(rows, vocabulary);
    DeviceMatrix<float> there(rows, vocabulary);
    copy(there.view(), logits.view());
    const std::vector<std::int32_t> targets(rows);
    HostMatrix<double> log_p(rows, 1), confidence(rows, 1);
    target_log_p(log_p.view(), confidence.view(), HostView<const float>(logits.view()), targets);
    const DeviceBuffer<double> p(rows), c(rows);
    target_log_p_warp_per_row({p.data(), rows, 1}, {c.data(), rows, 1}, there.view(), targets);
    const auto by_lanes = c.download();
    Index differ = 0;
    for (Index m = 0; m < rows; ++m) differ += !same(by_lanes[m], confidence.view().data[m]);
    CHECK(differ > 10);
}

TEST_CASE("log p and confidence of rows without any sense are not numbers on either side") {
    const Index vocabulary = 70;
    const float inf = INFINITY, nan = std::nanf("");
    HostMatrix<float> logits(4, vocabulary);  // all -inf, a NaN, an infinity, plain zeros
    for (Index v = 0; v < vocabulary; ++v) logits.view()(0, v) = -inf;
    logits.view()(1, 40) = nan, logits.view()(2, 33) = inf;
    DeviceMatrix<float> there(4, vocabulary);
    copy(there.view(), HostView<const float>(logits.view()));
    const std::vector<std::int32_t> targets{0, 1, 33, 69};
    HostMatrix<double> log_p(4, 1), confidence(4, 1);
    target_log_p(log_p.view(), confidence.view(), HostView<const float>(logits.view()), targets);
    for (auto* launch : {target_log_p_thread_per_row, target_log_p_rows_in_tiles}) {
        const DeviceBuffer<double> p(4), c(4);
        launch({p.data(), 4, 1}, {c.data(), 4, 1}, there.view(), targets);
        for (std::size_t m = 0; m < 4; ++m) {
            CHECK(same(p.download()[m], log_p.view().data[m]));
            CHECK(same(c.download()[m], confidence.view().data[m]));
            CHECK(std::isnan(p.download()[m]) == (m < 3));
        }
    }
}

TEST_CASE("noise is the host's bit for bit") {
    const Index rows = 500;
    std::vector<double> temperatures, numbers;
    std::vector<RandomKey> keys;
    std::vector<std::uint64_t> key_rows;
    for (Index m = 0; m < rows; ++m) {
        temperatures.push_back(double(m % 5) / 3), keys.push_back(test_key("noise").fork(m / 7));
        numbers.push_back(1 / double(m + 1)), key_rows.push_back(std::uint64_t(m) * m);
    }
    const DeviceBuffer<double> confidence(numbers), noisy(rows);
    const DeviceView<double> column{confidence.data(), rows, 1};
    add_gumbel_noise({noisy.data(), rows, 1}, column, temperatures, keys, key_rows);
    HostMatrix<double> expected(rows, 1);
    add_gumbel_noise(expected.view(), {numbers.data(), rows, 1}, temperatures, keys, key_rows);
    const auto actual = noisy.download();
    for (Index m = 0; m < rows; ++m) CHECK(same(actual[m], expected.view().data[m]));
}
