// The example of chapter 5, two tokens and three trajectories, and its numbers.
#include <array>
#include <cmath>

#include "tests/support/catch.h"
#include "tests/support/compare.h"
#include "trajectory_selection/score.h"
#include "trajectory_selection/selection.h"

using namespace seed;

TEST_CASE("chapter 5's three trajectories of two tokens") {
    // The model: a is 1/2 and b 1/4 where nothing is seen, b 1/2 beside an a, a 3/4 beside a b.
    // Tokens a = 0, b = 1, c = 2; a row of logits for each position that is revealed
    const auto log = [](double a, double b) {
        return std::array{std::log(a), std::log(b), std::log(1 - a - b)};
    };
    const std::array rows{log(0.5, 0.25),  log(0.25, 0.5),    // from left to right
                          log(0.25, 0.25), log(0.75, 0.125),  // from right to left
                          log(0.5, 0.25),  log(0.25, 0.25)};  // at once
    const std::vector<std::int32_t> targets{0, 1, 1, 0, 0, 1};
    const std::vector<Index> first_row{0, 1, 2, 3, 4, 6};
    const HostView<const double> logits{rows[0].data(), 6, 3};
    const std::vector<double> steps = score_steps(logits, targets, first_row);
    const std::array scores{steps[0] + steps[1], steps[2] + steps[3], steps[4]};
    CHECK(near(std::exp(scores[0]), 1.0 / 4, 1e-14));
    CHECK(near(std::exp(scores[1]), 3.0 / 16, 1e-14));
    CHECK(near(std::exp(scores[2]), 1.0 / 8, 1e-14));
    // The bound is the mean over both orders
    CHECK(near(-(scores[0] + scores[1]) / 2, 1.530, 1e-3));
    const std::vector<Index> tokens(3, 2);
    CHECK(select_trajectories(scores, tokens, 3, {}).rows == std::vector<Index>{0});
    CHECK(select_trajectories(scores, tokens, 3, {.keep = 2}).rows == std::vector<Index>{0, 1});
    // The same as data: in which step is each token revealed?
    check_trajectory({{0, 1}, 2}, "left to right");
    check_trajectory({{1, 0}, 2}, "right to left");
    check_trajectory({{0, 0}, 1}, "at once");
}
