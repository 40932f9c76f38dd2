// The kernels of cuda/transformer/muon.cu.
#include "tests/support/kernel_case.h"
#include "transformer/muon_device.h"

namespace seed {
namespace {

using Combine = decltype(linear_combination_thread_per_row);

// Both factors are rounded to float, both products and the sum once more.
void verify_combination(Combine* combine, const Shape& s, Report& report) {
    const double a = -4.7750, b = 2.0315;
    const auto x = report.input("x", s[0], s[1]), z = report.input("z", s[0], s[1], 3);
    const auto y = report.output("y", s[0], s[1]);
    combine(y.view(), a, x.view(), b, z.view());
    report.expect(y, [&](Index i, Index j) {
        const double ax = a * x(i, j), bz = b * z(i, j);
        return Bounded{ax + bz, 3 * roundoff<float> * (std::abs(ax) + std::abs(bz))};
    });
}

// The result may take the place of either.
void verify_in_place(Combine* combine, const Shape& s, Report& report) {
    const auto x = report.updated("x", s[0], s[1]), z = report.updated("z", s[0], s[1]);
    combine(x.view(), 2, x.view(), 3, z.view());
    report.expect(x, [&](Index i, Index j) {
        const double ax = 2 * x(i, j), bz = 3 * z(i, j);
        return Bounded{ax + bz, 3 * roundoff<float> * (std::abs(ax) + std::abs(bz))};
    });
    combine(z.view(), 0, z.view(), 4, z.view());
    report.expect(z, [&](Index i, Index j) { return Bounded{4 * z(i, j), 0}; });
}

// One thread, one less and one more than a block of 256, a prime, the models' own
const std::vector<Shape> combination_shapes{{1, 1},    {255, 1}, {256, 3},   {257, 5},
                                            {13, 127}, {3, 700}, {128, 128}, {896, 320}};

const RegisterKernels muon{
    "transformer/muon.cu",
    {kernel_case("linear_combination/thread_per_row", "N C", combination_shapes,
                 linear_combination_thread_per_row, verify_combination),
     kernel_case("linear_combination/thread_per_element", "N C", combination_shapes,
                 linear_combination_thread_per_element, verify_combination),
     kernel_case("linear_combination/in_place", "N C", combination_shapes,
                 linear_combination_thread_per_element, verify_in_place)}};

}  // namespace
}  // namespace seed
