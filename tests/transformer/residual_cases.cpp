// The kernels of cuda/transformer/residual.cu.
#include "tests/support/kernel_case.h"
#include "tests/transformer/random_rows.h"
#include "transformer/residual_device.h"

namespace seed {
namespace {

using Add = decltype(add_forward_thread_per_row);
using Gather = decltype(gather_rows_thread_per_row);
using Scatter = decltype(gather_rows_backward_thread_per_row);

// A sum of two is rounded once.
Bounded rounded(double sum) { return {sum, roundoff<float> * std::abs(sum)}; }

void verify_add(Add* add, const Shape& s, Report& report) {
    const auto a = report.input("a", s[0], s[1]), b = report.input("b", s[0], s[1]);
    const auto y = report.output("y", s[0], s[1]);
    add(y.view(), a.view(), b.view());
    report.expect(y, [&](Index i, Index j) { return rounded(a(i, j) + b(i, j)); });
}

void verify_gather(Gather* gather, const Shape& s, Report& report) {
    const Index m = s[0], n = s[1], c = s[2];
    const std::vector<Index> rows = random_rows(m, n, report.key());
    const auto x = report.input("x", n, c);
    const auto y = report.output("y", m, c);
    gather(y.view(), x.view(), rows);
    report.expect(y, [&](Index i, Index j) { return Bounded{x(rows[i], j), 0}; });
}

void verify_scatter(Scatter* scatter, const Shape& s, Report& report) {
    const Index m = s[0], n = s[1], c = s[2];
    const std::vector<Index> rows = random_rows(m, n, report.key());
    const auto dy = report.input("dy", m, c);
    const auto dx = report.updated("dx", n, c);
    scatter(dx.view(), dy.view(), rows);
    report.expect(dx, [&](Index i, Index j) {
        const auto found = std::find(rows.begin(), rows.end(), i);
        if (found == rows.end()) return Bounded{dx(i, j), 0};  // not selected, not touched
        return rounded(dx(i, j) + dy(found - rows.begin(), j));
    });
}

// One thread, one less and one more than a block of 256, a prime, the models' own
const std::vector<Shape> add_shapes{{1, 1},    {255, 1},   {256, 3}, {257, 5},
                                    {13, 127}, {768, 128}, {96, 320}};
const std::vector<Shape> gather_shapes{{1, 1, 1},     {1, 7, 300},     {255, 300, 2}, {256, 256, 3},
                                       {257, 400, 1}, {384, 768, 128}, {70, 96, 320}};

bool has_rows_enough(const Shape& s) { return s[0] <= s[1]; }

const RegisterKernels residual{
    "transformer/residual.cu",
    {kernel_case("add_forward/thread_per_row", "N C", add_shapes, add_forward_thread_per_row,
                 verify_add),
     kernel_case("add_forward/thread_per_element", "N C", add_shapes,
                 add_forward_thread_per_element, verify_add),
     kernel_case("gather_rows/thread_per_row", "M N C", gather_shapes, gather_rows_thread_per_row,
                 verify_gather)
         .with("M <= N", has_rows_enough),
     kernel_case("gather_rows/thread_per_element", "M N C", gather_shapes,
                 gather_rows_thread_per_element, verify_gather)
         .with("M <= N", has_rows_enough),
     kernel_case("gather_rows_backward/thread_per_row", "M N C", gather_shapes,
                 gather_rows_backward_thread_per_row, verify_scatter)
         .with("M <= N", has_rows_enough),
     kernel_case("gather_rows_backward/thread_per_element", "M N C", gather_shapes,
                 gather_rows_backward_thread_per_element, verify_scatter)
         .with("M <= N", has_rows_enough)}};

}  // namespace
}  // namespace seed
