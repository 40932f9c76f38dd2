// The forward process at its bounds: numbers that are equal to a probability, the least noise.
#include <cmath>
#include <limits>

#include "mask_corruption/mask_tokens.h"
#include "tests/support/test_array.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

TEST_CASE("a position is masked where its number is below the probability, not where it is equal") {
    constexpr std::int32_t masked = 3;
    const Ids x0(20, 7);
    const RandomKey key = test_key("masks");
    for (Index i = 0; i < 20; ++i) {
        const float u = uniform_float(key, std::uint64_t(i), 0);
        CHECK(mask_tokens(x0, 0, double(u), masked, key)[std::size_t(i)] == 7);
        CHECK(mask_tokens(x0, 0, double(std::nextafter(u, 2.0f)), masked, key)[std::size_t(i)] ==
              masked);
    }
}

TEST_CASE("the noise level of a batch is never below the smallest") {
    constexpr std::int32_t masked = 3;
    constexpr Index positions = 20'000;
    const Canvas canvas{Ids(std::size_t(positions), 7), 0, positions};
    const double no_limit = std::numeric_limits<double>::infinity();
    // A key whose only canvas draws a number below it: one in a thousand
    RandomKey key = test_key("least noise");
    const auto number = [&] { return uniform_double(key.fork("noise levels"), 0, 0); };
    while (number() >= smallest_noise_level / 2) key = key.fork(std::uint64_t{1});
    const LossWeight loss{NoiseSchedule::linear, no_limit, MaskDraw::by_level};
    const TrainingBatch batch = masked_batch({canvas}, loss, masked, key);
    // 20 masks expected, of weight 1 / t
    const double heaviest = *std::max_element(batch.weights.begin(), batch.weights.end());
    CHECK(near(heaviest * double(positions), 1 / smallest_noise_level, 1e-12));
}
