#include "core/array.h"

#include <numeric>
#include <vector>

#include "core/parallel.h"
#include "tests/support/catch.h"

using namespace seed;

TEST_CASE("a matrix starts at zero, on a cache line, and its views share its memory") {
    HostMatrix<float> matrix(3, 5);
    HostView<float> view = matrix.view();
    CHECK(reinterpret_cast<std::uintptr_t>(view.data) % 64 == 0);
    for (float x : view.span()) CHECK(x == 0);
    view(2, 4) = 7;
    const HostView<const float> read_only = matrix.view();
    CHECK(read_only.row_range(2, 1).row(0)[4] == 7);
    CHECK_THROWS_WITH(HostMatrix<float>(-1, 2), "matrix: expected sizes >= 0, got (-1, 2)");
}

TEST_CASE("a wrong shape is named with what was expected and what was got") {
    HostMatrix<float> matrix(3, 5);
    CHECK_THROWS_WITH(require_shape(matrix.view(), 5, 3, "matmul: y"),
                      "matmul: y: expected shape (5, 3), got (3, 5)");
}

TEST_CASE("an arena hands out aligned views that do not overlap") {
    Arena<Host<float>> arena;
    std::vector<HostView<float>> views;
    const auto layout = [&] {
        views.clear();
        for (Index rows : {1, 3, 17}) views.push_back(arena.take(rows, 5));
    };
    arena.start_counting();
    layout();
    CHECK(views[1].data == nullptr);
    arena.allocate();
    layout();
    for (std::size_t i = 0; i < views.size(); ++i) fill(views[i], float(i + 1));
    for (std::size_t i = 0; i < views.size(); ++i) {
        CHECK(reinterpret_cast<std::uintptr_t>(views[i].data) % 64 == 0);
        for (float x : views[i].span()) CHECK(x == float(i + 1));
    }
}

TEST_CASE("a parallel loop visits every row once and passes an exception on") {
    for (int threads : {1, 2, 5}) {
        set_thread_count(threads);
        std::vector<int> visits(1001);
        parallel_rows(1001, 64, [&](Index begin, Index count) {
            for (Index i = begin; i < begin + count; ++i) ++visits[i];
        });
        CHECK(std::accumulate(visits.begin(), visits.end(), 0) == 1001);
        CHECK(*std::max_element(visits.begin(), visits.end()) == 1);
        CHECK_THROWS_WITH(parallel_for(10, [](Index i) { require(i != 7, "task {}", i); }),
                          "task 7");
    }
    set_thread_count(0);
    CHECK_THROWS_AS(set_thread_count(-1), Error);
}
