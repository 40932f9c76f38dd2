// The kernel of cuda/first_steps/stride.cu.
#include "tests/first_steps/first_steps_cases.h"

namespace seed {
namespace {

constexpr float factor = 0.75f;

// a x and the sum are rounded; a GPU may round once (fused multiply-add).
void verify_add_scaled(decltype(add_scaled_grid_stride)* launch, const Shape& s, Report& report) {
    const auto x = report.input("x", 1, s[0]);
    const auto y = report.updated("y", 1, s[0]);
    launch(y.view(), x.view(), factor);
    report.expect(y, [&](Index, Index i) {
        const double product = double(factor) * x(0, i), value = y(0, i) + product;
        return Bounded{value, roundoff<float> * (std::abs(product) + std::abs(value))};
    });
}

// All 256 threads, one less and one more; several rounds
const RegisterKernels stride{"first_steps/stride.cu",
                             {kernel_case("add_scaled/grid_stride", "N",
                                          {{1}, {63}, {64}, {65}, {255}, {256}, {257}, {1009}},
                                          add_scaled_grid_stride, verify_add_scaled)}};

}  // namespace
}  // namespace seed
