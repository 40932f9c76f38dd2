// What the launchers of norms, sums, embeddings and positions refuse.
#include "tests/support/refusals.h"
#include "transformer/embedding_device.h"
#include "transformer/residual_device.h"
#include "transformer/rms_norm_device.h"
#include "transformer/rope_device.h"

using namespace seed;
using Rows = std::vector<Index>;
using Ids = std::vector<std::int32_t>;

namespace {

const auto matrix = shaped(3, 4), other = shaped(3, 5), column = shaped(3, 1), row = shaped(1, 4);

}  // namespace

TEST_CASE("a norm has a gain for each column and a factor for each row", "[refusals]") {
    for (auto* norm : {rms_norm_forward_thread_per_row, rms_norm_forward_row_per_warp}) {
        const std::string name = "rms_norm_forward: ";
        check_refusals({
            {[&] { norm(matrix, column, other, row, 0); }, shape(name + "x")},
            {[&] { norm(matrix, row, matrix, row, 0); }, shape(name + "rstd", "3, 1", "1, 4")},
            {[&] { norm(matrix, column, matrix, column, 0); },
             shape(name + "gain", "1, 4", "3, 1")},
        });
    }
    for (auto* norm : {rms_norm_backward_thread_per_row, rms_norm_backward_row_per_warp}) {
        const std::string name = "rms_norm_backward: ";
        const auto five = shaped(1, 5), four = shaped(4, 1);
        check_refusals({
            {[&] { norm(matrix, row, other, matrix, column, row); }, shape(name + "dy")},
            {[&] { norm(other, row, matrix, matrix, column, row); }, shape(name + "dx")},
            {[&] { norm(matrix, row, matrix, matrix, four, row); },
             shape(name + "rstd", "3, 1", "4, 1")},
            {[&] { norm(matrix, row, matrix, matrix, column, five); },
             shape(name + "gain", "1, 4", "1, 5")},
            {[&] { norm(matrix, five, matrix, matrix, column, row); },
             shape(name + "dgain", "1, 4", "1, 5")},
        });
    }
}

TEST_CASE("sums and selections of rows fit each other", "[refusals]") {
    for (auto* add : {add_forward_thread_per_row, add_forward_thread_per_element}) {
        check_refusals({{[&] { add(matrix, other, matrix); }, shape("add_forward: a")},
                        {[&] { add(matrix, matrix, other); }, shape("add_forward: b")}});
    }
    const auto two = shaped(2, 4);
    for (auto* gather : {gather_rows_thread_per_row, gather_rows_thread_per_element}) {
        check_refusals({
            {[&] { gather(two, matrix, Rows{1}); }, "gather_rows: expected 2 rows, got 1"},
            {[&] {
                 gather(two, matrix, Rows{1, 3});
             },
             "gather_rows: expected rows in [0, 3), got 3"},
            {[&] {
                 gather(two, matrix, Rows{-1, 1});
             },
             "gather_rows: expected rows in [0, 3), got -1"},
            {[&] {
                 gather(two, other, Rows{1, 2});
             },
             shape("gather_rows: x")},
        });
    }
    for (auto* scatter :
         {gather_rows_backward_thread_per_row, gather_rows_backward_thread_per_element}) {
        check_refusals({
            {[&] {
                 scatter(matrix, two, Rows{1, 2, 0});
             },
             "gather_rows: expected 2 rows, got 3"},
            {[&] {
                 scatter(matrix, two, Rows{1, 3});
             },
             "gather_rows: expected rows in [0, 3), got 3"},
            {[&] {
                 scatter(other, two, Rows{1, 2});
             },
             shape("gather_rows_backward: dx")},
        });
    }
}

TEST_CASE("ids and rows on the device are as many as the rows that are wanted", "[refusals]") {
    const auto two = shaped(2, 4);
    const auto numbers = [](Index rows) { return DeviceView<const Index>(nullptr, rows, 1); };
    const auto ids = [](Index rows) { return DeviceView<const std::int32_t>(nullptr, rows, 1); };
    check_refusals({
        {[&] { gather_rows(two, matrix, numbers(3)); }, shape("gather_rows: rows", "2, 1", "3, 1")},
        {[&] { gather_rows(two, other, numbers(2)); }, shape("gather_rows: x")},
        {[&] { embedding_forward(two, ids(3), shaped(5, 4)); },
         shape("embedding: ids", "2, 1", "3, 1")},
        {[&] { embedding_forward(two, ids(2), shaped(5, 6)); },
         shape("embedding: table", "5, 4", "5, 6")},
    });
}

TEST_CASE("an embedding takes tokens of its table", "[refusals]") {
    const Ids three{0, 4, 1}, two{0, 4}, beyond{0, 5, 1}, below{0, -1, 1};
    const auto table = shaped(5, 4), wide = shaped(5, 6);
    const std::string sizes = "embedding: expected 3 ids and ";
    const std::string range = "embedding: expected ids in [0, 5), got ";
    const auto check = [&](auto embed) {
        check_refusals({
            {[&] { embed(two, table); }, sizes + "4 columns, got 2 and 4"},
            {[&] { embed(three, wide); }, sizes + "6 columns, got 3 and 4"},
            {[&] { embed(beyond, table); }, range + "5"},
            {[&] { embed(below, table); }, range + "-1"},
        });
    };
    for (auto* embed : {embedding_forward_thread_per_row, embedding_forward_thread_per_element}) {
        check([&](const Ids& ids, DeviceView<float> from) { embed(matrix, ids, from); });
    }
    for (auto* embed : {embedding_backward_thread_per_column, embedding_backward_rows_by_token}) {
        check([&](const Ids& ids, DeviceView<float> to) { embed(to, ids, matrix); });
    }
}

TEST_CASE("positions turn whole sequences of heads of even size", "[refusals]") {
    for (auto* rotate : {rope_forward_thread_per_pair, rope_backward_thread_per_pair}) {
        const auto message = [](int rows, int cols, const std::string& got) {
            return fmt::format(
                "rope: expected whole sequences of {} rows and heads of {} columns, "
                "got ({})",
                rows, cols, got);
        };
        check_refusals({
            {[&] { rotate(matrix, shaped(0, 2)); }, message(0, 2, "3, 4")},
            {[&] { rotate(matrix, shaped(3, 0)); }, message(3, 0, "3, 4")},
            {[&] { rotate(shaped(3, 6), shaped(3, 3)); }, message(3, 3, "3, 6")},
            {[&] { rotate(shaped(3, 6), shaped(3, 4)); }, message(3, 4, "3, 6")},
            {[&] { rotate(matrix, shaped(2, 4)); }, message(2, 4, "3, 4")},
        });
    }
    check_refusals({{[&] { rope_table_thread_per_pair(other, 10000); },
                     "rope: expected an even head size, got 5"}});
}
