// Which texts stay in a batch, and their rows.
#include "block_decoding/compaction.h"

#include <vector>

#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

struct Places {
    std::vector<Index> order;
    Index count = -1;
};

Places places_of(std::vector<Index> active) {
    Places places{std::vector<Index>(active.size(), -1)};
    const Index texts = Index(active.size());
    active_first({places.order.data(), 1, texts}, {&places.count, 1, 1}, {active.data(), 1, texts});
    return places;
}

}  // namespace

TEST_CASE("active texts close up in their order, finished ones stand behind them in theirs") {
    const Places some = places_of({0, 1, 1, 0, 1});
    CHECK(some.order == std::vector<Index>{1, 2, 4, 0, 3});
    CHECK(some.count == 3);
    CHECK(places_of({1, 1}).order == std::vector<Index>{0, 1});
    CHECK(places_of({1, 1}).count == 2);
    CHECK(places_of({0, 0, 0}).order == std::vector<Index>{0, 1, 2});
    CHECK(places_of({0, 0, 0}).count == 0);
    CHECK(places_of({}).count == 0);
    CHECK(error_of([] {
              places_of({1, 2, 0});
          }) == "active first: expected flags of 0 and 1, got 2 of 3");
}

TEST_CASE("rows move to where the order puts them") {
    std::vector<std::int32_t> from{1, 2, 3, 4, 5, 6}, to(6);
    std::vector<Index> order{2, 0, 1};
    const auto move = [&] {
        move_rows(HostView<std::int32_t>(to.data(), 3, 2), {from.data(), 3, 2},
                  {order.data(), 1, 3});
    };
    move();
    CHECK(to == std::vector<std::int32_t>{5, 6, 1, 2, 3, 4});
    order[1] = 3;
    CHECK(error_of(move) == "move rows: expected rows in [0, 3), got 3");
}
