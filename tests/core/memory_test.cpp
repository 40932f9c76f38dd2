#include "core/memory.h"

#include <limits>

#include "core/array.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

TEST_CASE("an array larger than the memory is refused, whatever its sizes multiply to") {
    constexpr Index most = std::numeric_limits<Index>::max();
    const std::pair<Index, Index> shapes[] = {
        {Index{1} << 31, Index{1} << 20}, {Index{1} << 31, Index{1} << 31}, {most, most},
        {Index{1} << 32, Index{1} << 32}, {1, most}, {most, 3}};
    for (const auto& [rows, cols] : shapes) {
        CAPTURE(rows, cols);
        const std::string error = error_of([&] { HostMatrix<float>(rows, cols); });
        CHECK(error.starts_with("not enough memory: expected at most "));
    }
}

TEST_CASE("an arena refuses views that add up to more than can be counted") {
    Arena<Host<float>> arena;
    arena.start_counting();
    for (int i = 0; i < 3; ++i) arena.take(Index{1} << 30, Index{1} << 30);
    CHECK(error_of([&] { arena.allocate(); }).starts_with("not enough memory"));
    CHECK(error_of([&] { arena.take(Index{1} << 31, Index{1} << 31); }) ==
          "arrays: expected fewer than 2^62 elements in all, got more");
    CHECK(error_of([&] { arena.take(Index{1} << 40, Index{1} << 40); }) ==
          "arrays: expected fewer than 2^62 elements in all, got more");
}

TEST_CASE("there is some memory, and a small array fits into it") {
    CHECK(available_memory() > 1'000'000);
    CHECK(error_of([] { HostMatrix<float>(1000, 1000); }) == "");
}
