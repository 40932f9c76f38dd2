// The kernels of cuda/block_decoding/compaction.cu.
#include "block_decoding/compaction.h"
#include "block_decoding/compaction_device.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using ActiveFirst = decltype(active_first_one_thread);
using MoveRows = decltype(move_rows_thread_per_row);

// Of `percent` = 0 none is active, of 100 all are.
HostMatrix<Index> flags(Index texts, Index percent, RandomKey key) {
    HostMatrix<Index> active(1, texts);
    RandomStream random(key.fork("active"), 0);
    for (Index& flag : active.view().span()) flag = Index(random.below(100)) < percent;
    return active;
}

void verify_order(ActiveFirst* active_first_on_device, const Shape& s, Report& report) {
    const HostMatrix<Index> numbers = flags(s[0], s[1], report.key());
    const auto active = report.given("active", HostView<const Index>(numbers.view()));
    const auto order = report.output<Index>("order", 1, s[0]);
    const auto count = report.output<Index>("count", 1, 1);
    active_first_on_device(order.view(), count.view(), active.view());
    HostMatrix<Index> expected(1, s[0]), expected_count(1, 1);
    active_first(expected.view(), expected_count.view(), numbers.view());
    report.expect(count, [&](Index, Index) {
        return Bounded{double(expected_count.view()(0, 0)), 0};
    });
    report.expect(order, [&](Index, Index b) { return Bounded{double(expected.view()(0, b)), 0}; });
}

// Rows change their places as texts do of which half have finished, by chance.
void verify_move(MoveRows* move, const Shape& s, Report& report) {
    const Index rows = s[0], cols = s[1];
    HostMatrix<std::int32_t> numbers(rows, cols);
    RandomStream random(report.key().fork("from"), 0);
    for (std::int32_t& id : numbers.view().span()) id = std::int32_t(random.bits());
    HostMatrix<Index> places(1, rows), count(1, 1);
    active_first(places.view(), count.view(), flags(rows, 50, report.key()).view());
    const auto from = report.given("from", HostView<const std::int32_t>(numbers.view()));
    const auto order = report.given("order", HostView<const Index>(places.view()));
    const auto to = report.output<std::int32_t>("to", rows, cols);
    move(to.view(), from.view(), order.view());
    HostMatrix<std::int32_t> expected(rows, cols);
    move_rows(expected.view(), numbers.view(), places.view());
    report.expect(to, [&](Index i, Index j) { return Bounded{double(expected.view()(i, j)), 0}; });
}

// Around the 128 threads of a block and the 256 of a prefix sum; nobody, everybody, some
const std::vector<Shape> order_shapes{{1, 0},    {1, 100},  {2, 50},    {8, 50},
                                      {31, 0},   {127, 60}, {128, 50},  {129, 3},
                                      {255, 97}, {257, 50}, {300, 100}, {1031, 40}};
// Offsets (one number), ids and keys (a canvas); around the threads of a block
const std::vector<Shape> move_shapes{{1, 1},   {2, 1},   {3, 5},   {8, 96},
                                     {127, 1}, {128, 3}, {129, 2}, {33, 257}};

const RegisterKernels compaction{
    "block_decoding/compaction.cu",
    {kernel_case("active_first/one_thread", "B percent", order_shapes, active_first_one_thread,
                 verify_order),
     kernel_case("active_first/by_prefix_sum", "B percent", order_shapes,
                 active_first_by_prefix_sum, verify_order),
     kernel_case("move_rows/thread_per_row", "B N", move_shapes, move_rows_thread_per_row,
                 verify_move),
     kernel_case("move_rows/thread_per_element", "B N", move_shapes, move_rows_thread_per_element,
                 verify_move)}};

}  // namespace
}  // namespace seed
