// The two noise schedules, the weight of the bound, and stratified noise levels.
#include "mask_corruption/noise_schedule.h"

#include "tests/support/error_of.h"
#include "tests/support/test_array.h"

using namespace seed;

TEST_CASE("gamma rises from 0 to 1") {
    const NoiseSchedule schedule = GENERATE(NoiseSchedule::linear, NoiseSchedule::cosine);
    CHECK(gamma(schedule, 0) == 0);
    CHECK(near(gamma(schedule, 1), 1, 1e-15));
    CHECK(gamma(schedule, 1) <= 1);
    for (int i = 1; i <= 1000; ++i) {
        CHECK(gamma(schedule, i / 1000.0) > gamma(schedule, (i - 1) / 1000.0));
    }
}

TEST_CASE("gamma by hand: half the noise at t = 1/2, or 1 - cos 45 degrees of it") {
    CHECK(gamma(NoiseSchedule::linear, 0.5) == 0.5);
    CHECK(near(gamma(NoiseSchedule::cosine, 0.5), 0.29289321881345254, 1e-14));
    CHECK(elbo_weight(NoiseSchedule::linear, 0.25) == 4);
    CHECK(near(elbo_weight(NoiseSchedule::cosine, 1), 1.5707963267948966, 1e-14));
}

TEST_CASE("elbo_weight is the derivative of log gamma") {
    const NoiseSchedule schedule = GENERATE(NoiseSchedule::linear, NoiseSchedule::cosine);
    for (const double t : {1e-3, 0.01, 0.1, 0.3, 0.5, 0.8, 0.99}) {
        const double h = 1e-4 * t;
        const double numeric =
            (std::log(gamma(schedule, t + h)) - std::log(gamma(schedule, t - h))) / (2 * h);
        // h^2 / 3 from the third derivative 2 / t^3; the cosine's 1 - cos cancels digits at small t
        CHECK(near(elbo_weight(schedule, t), numeric, 1e-5));
    }
}

TEST_CASE("noise levels outside the schedule and unknown names are refused") {
    CHECK(noise_schedule("linear") == NoiseSchedule::linear);
    CHECK(noise_schedule("cosine") == NoiseSchedule::cosine);
    CHECK(error_of([] { noise_schedule("Linear"); }) ==
          "noise schedule: expected linear or cosine, got Linear");
    CHECK(error_of([] { gamma(NoiseSchedule::linear, 1.5); }) ==
          "gamma: expected t in [0, 1], got 1.5");
    CHECK(error_of([] { gamma(NoiseSchedule::linear, std::nan("")); }) ==
          "gamma: expected t in [0, 1], got nan");
    CHECK(error_of([] { elbo_weight(NoiseSchedule::linear, 0); }) ==
          "elbo_weight: expected t in (0, 1], got 0");
    CHECK(error_of([] { stratified_noise_levels(4, 1); }) ==
          "noise levels: expected u in [0, 1), got 1");
}

TEST_CASE("the levels of a batch cover [0, 1] evenly: one in every B-th") {
    const Index batch = GENERATE(1, 2, 7, 32);
    for (const double u : {0.0, 0.3, 0.5, 0.999}) {
        std::vector<double> levels = stratified_noise_levels(batch, u);
        REQUIRE(Index(levels.size()) == batch);
        std::sort(levels.begin(), levels.end());
        for (Index b = 0; b < batch; ++b) {
            CHECK(levels[b] >= double(b) / double(batch));
            CHECK(levels[b] < double(b + 1) / double(batch));
        }
    }
}

TEST_CASE("the level of sequence b is u + b / B, wrapped around, by hand") {
    const std::vector<double> levels = stratified_noise_levels(4, 0.625);
    CHECK(levels == std::vector<double>{0.625, 0.875, 0.125, 0.375});
}

TEST_CASE("no level lies below the smallest: the weight would have no upper bound") {
    CHECK(stratified_noise_levels(2, 0)[0] == smallest_noise_level);
    CHECK(stratified_noise_levels(2, 0.5)[1] == smallest_noise_level);
    CHECK(stratified_noise_levels(1, 0.002)[0] == 0.002);
}

TEST_CASE("each level is uniform by itself") {
    const Index batch = 5, draws = 20000;
    std::vector<double> sums(batch), squares(batch);
    for (Index i = 0; i < draws; ++i) {
        const auto levels = stratified_noise_levels(batch, uniform_double(test_key("u"), i, 0));
        for (Index b = 0; b < batch; ++b) sums[b] += levels[b], squares[b] += levels[b] * levels[b];
    }
    // Six standard errors: sd(u) = sqrt(1/12), sd(u^2) = sqrt(4/45); clipping adds 5e-7
    for (Index b = 0; b < batch; ++b) {
        CHECK(std::abs(sums[b] / draws - 1.0 / 2) < 6 * std::sqrt(1.0 / 12 / draws) + 1e-6);
        CHECK(std::abs(squares[b] / draws - 1.0 / 3) < 6 * std::sqrt(4.0 / 45 / draws) + 1e-6);
    }
}
