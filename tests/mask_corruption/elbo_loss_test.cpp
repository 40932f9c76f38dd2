// The weighted sum of losses.
#include "mask_corruption/elbo_loss.h"

#include "tests/support/error_of.h"
#include "tests/support/test_array.h"

using namespace seed;

TEST_CASE("the loss is the sum of the weighted losses, in double") {
    const std::vector<float> losses = {0.5f, 2, 0.25f};
    const HostView<const float> column{losses.data(), 3, 1};
    CHECK(elbo_loss(column, std::vector<double>{1, 10, 100}) == 45.5);
    CHECK(elbo_loss({nullptr, 0, 1}, {}) == 0);
    // 2^24 + 1 is no float
    const std::vector<float> large = {16777216, 1};
    CHECK(elbo_loss({large.data(), 2, 1}, std::vector<double>{1, 1}) == 16777217);
}

TEST_CASE("losses and weights of different lengths are refused") {
    const std::vector<float> losses = {0.5f, 2};
    CHECK(error_of([&] { elbo_loss({losses.data(), 2, 1}, std::vector<double>{1}); }) ==
          "elbo_loss: losses: expected shape (1, 1), got (2, 1)");
}
