// Which steps belong to stage 2?
#include "edit_corruption/edit_batch.h"
#include "tests/support/error_of.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

TEST_CASE("stage 2 is the last fifth of the steps, and both its ends can be moved") {
    const auto steps_in = [](const StageSchedule& schedule, Index steps) {
        Ids in;
        for (Index s = 0; s < steps; ++s) {
            if (is_edit_stage(schedule, s, steps)) in.push_back(std::int32_t(s));
        }
        return in;
    };
    CHECK(steps_in({}, 10) == Ids{8, 9});
    CHECK(steps_in({}, 1).empty());
    CHECK(steps_in({}, 1000).size() == 200);
    CHECK(steps_in({0.3, 0.7}, 10) == Ids{3, 4, 5, 6});
    CHECK(steps_in({0, 1}, 3) == Ids{0, 1, 2});
    CHECK(steps_in({0.5, 0.5}, 100).empty());
    CHECK(error_of([] {
              is_edit_stage({0.8, 0.7}, 0, 10);
          }) == "edit stage: expected 0 <= begin <= end <= 1, got 0.8 and 0.7");
    CHECK(error_of([] {
              is_edit_stage({-0.1, 0.7}, 0, 10);
          }) == "edit stage: expected 0 <= begin <= end <= 1, got -0.1 and 0.7");
    CHECK(error_of([] { is_edit_stage({}, 10, 10); }) ==
          "edit stage: expected a step in [0, 10), got 10");
}
