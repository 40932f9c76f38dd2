// The kernels of cuda/core/device_array.cu.
#include "core/device_array.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

void verify_fill(decltype(fill_thread_per_element)* fill_all, const Shape& s, Report& report) {
    const auto y = report.output("y", s[0], s[1]);
    fill_all(y.view(), -2.5f);
    report.expect(y, [](Index, Index) { return Bounded{-2.5, 0}; });
}

void verify_copy(decltype(copy_thread_per_element)* copy_all, const Shape& s, Report& report) {
    const auto x = report.input("x", s[0], s[1]);
    const auto y = report.output("y", s[0], s[1]);
    copy_all(y.view(), x.view());
    report.expect(y, [&](Index i, Index j) { return Bounded{x(i, j), 0}; });
}

const std::vector<Shape> shapes{{1, 1}, {255, 1}, {16, 16}, {1, 257}, {13, 127}, {768, 128}};

const RegisterKernels device_array{"core/device_array.cu",
                                   {kernel_case("fill/thread_per_element", "rows cols", shapes,
                                                fill_thread_per_element, verify_fill),
                                    kernel_case("copy/thread_per_element", "rows cols", shapes,
                                                copy_thread_per_element, verify_copy)}};

}  // namespace
}  // namespace seed
