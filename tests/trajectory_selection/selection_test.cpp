// Which trajectories are kept.
#include "trajectory_selection/selection.h"

#include <cmath>
#include <limits>

#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

const double not_a_number = std::nan("");
const double infinite = std::numeric_limits<double>::infinity();

Selected select(std::vector<double> scores, Index members, SelectionOptions options = {}) {
    return select_trajectories(scores, std::vector<Index>(scores.size(), 10), members, options);
}

}  // namespace

TEST_CASE("the best of each text is kept, ties to the first, and never one without a score") {
    const Selected s =
        select({-3, -1, -1, not_a_number, -5, -4, not_a_number, not_a_number, not_a_number}, 3);
    CHECK(s.rows == std::vector<Index>{1, 5});
    CHECK(s.not_a_number == 4);
    CHECK(s.texts_without == 1);
}

TEST_CASE("several are kept in the order of the pool, fewer where there are no more") {
    CHECK(select({-3, -1, -2, -9, not_a_number, -8}, 3, {.keep = 2}).rows ==
          std::vector<Index>{1, 2, 3, 5});
    CHECK(select({-3, not_a_number, -2}, 3, {.keep = 3}).texts_without == 0);
    CHECK(select({-3, not_a_number, -2}, 3, {.keep = 3}).rows == std::vector<Index>{0, 2});
    CHECK(select({-infinite, not_a_number}, 2).rows == std::vector<Index>{0});
}

TEST_CASE("a limit in nats per token leaves out the poor ones, but not one at the limit") {
    // Ten tokens each
    CHECK(select({-1.5, -1.25, -3, -2}, 2, {.max_nats = 0.125}).rows == std::vector<Index>{1});
    const Selected none = select({-1.5, -1.75}, 2, {.max_nats = 0.125});
    CHECK(none.rows.empty());
    CHECK(none.texts_without == 1);
    CHECK(none.not_a_number == 0);
}

TEST_CASE("the top k of ragged parts") {
    const std::vector<double> scores{1, 3, 2, not_a_number, 7, 7};
    std::vector<std::int32_t> best(8, 99);
    const std::vector<Index> first{0, 3, 3, 4, 6};
    segmented_top_k({best.data(), 4, 2}, {scores.data(), 6, 1}, first);
    CHECK(best == std::vector<std::int32_t>{1, 2, -1, -1, -1, -1, 4, 5});
}

TEST_CASE("a selection of nothing is refused") {
    CHECK(error_of([] { select({}, 1); }) == "selection: expected a trajectory, got an empty pool");
    CHECK(error_of([] { select({-1}, 1, {.keep = 0}); }) ==
          "selection: expected at least one to keep, got 0");
    CHECK(error_of([] { select({-1}, 1, {.max_nats = -1}); }) ==
          "selection: expected a limit >= 0 nats, got -1");
    CHECK(error_of([] {
              select({-1, -1, -1}, 2);
          }) ==
          "selection: expected 2 trajectories of each text and as many token counts, got 3 and 3 "
          "in all");
}
