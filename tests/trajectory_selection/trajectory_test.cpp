// Trajectories as data: states, checks, random orders.
#include "trajectory_selection/trajectory.h"

#include <map>

#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

constexpr std::int32_t mask = 9;

// The chapter's example: two tokens of a prompt, four to be written in three steps.
const std::vector<std::int32_t> x0{7, 8, 1, 2, 3, 4};
const Trajectory example{{-1, -1, 1, 0, 2, 1}, 3};

}  // namespace

TEST_CASE("the states of a trajectory lead from all masked to x0") {
    CHECK(state_before(x0, example, 0, mask) == std::vector<std::int32_t>{7, 8, 9, 9, 9, 9});
    CHECK(state_before(x0, example, 1, mask) == std::vector<std::int32_t>{7, 8, 9, 2, 9, 9});
    CHECK(state_before(x0, example, 2, mask) == std::vector<std::int32_t>{7, 8, 1, 2, 9, 4});
    CHECK(state_before(x0, example, 3, mask) == x0);
    CHECK(masked_before(example, 1) == std::vector<Index>{2, 4, 5});
    CHECK(revealed_by(example, 1) == std::vector<Index>{2, 5});
    CHECK(error_of([&] { state_before(x0, example, 4, mask); }) ==
          "trajectory: expected a step in 0 ... 3, got 4");
    CHECK(error_of([&] { state_before(x0, example, -1, mask); }) ==
          "trajectory: expected a step in 0 ... 3, got -1");
}

TEST_CASE("steps that are no permutation onto 0 ... n are refused") {
    const auto error = [](std::vector<std::int32_t> reveal, Index steps) {
        return error_of([&] { check_trajectory({reveal, steps}, "t"); });
    };
    CHECK(error({-1, 0, 2}, 3) == "t: expected every step to reveal a position, got none at 1");
    CHECK(error({-1, 0, 3}, 3) == "t: expected steps in -1 ... 2, got 3");
    CHECK(error({-2, 0}, 1) == "t: expected steps in -1 ... 0, got -2");
    CHECK(error({-1, -1}, 0) == "t: expected at least one step, got none");
    CHECK(error({-1, 1, 0, 1}, 2).empty());
}

TEST_CASE("shuffling keeps the sizes of the steps, and every assignment is equally likely") {
    std::map<std::vector<std::int32_t>, int> seen;
    for (std::uint64_t k = 0; k < 12000; ++k) {
        const Trajectory t = shuffled(example, RandomKey{5}.fork(k));
        CHECK(t.steps == 3);
        CHECK(std::isnan(t.score));
        ++seen[t.reveal];
    }
    // 4! / (1! 2! 1!) = 12 assignments, 1000 times each, standard deviation 30
    CHECK(seen.size() == 12);
    for (const auto& [reveal, count] : seen) {
        CHECK(reveal[0] == -1);
        CHECK(reveal[1] == -1);
        CHECK(std::abs(count - 1000) < 150);
    }
}

TEST_CASE("an order reveals one position per step") {
    CHECK(one_by_one({4, 2, 3}, 5).reveal == std::vector<std::int32_t>{-1, -1, 1, 2, 0});
    CHECK(one_by_one({4, 2, 3}, 5).steps == 3);
    CHECK(error_of([] {
              one_by_one({2, 2}, 5);
          }) == "order: expected every step to reveal a position, got none at 0");
    CHECK(error_of([] { one_by_one({5}, 5); }) == "order: expected positions in 0 ... 4, got 5");
}
