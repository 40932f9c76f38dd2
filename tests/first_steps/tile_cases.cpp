// The kernel of cuda/first_steps/tile.cu.
#include "tests/first_steps/first_steps_cases.h"

namespace seed {
namespace {

void verify_transpose(decltype(transpose_tiled)* launch, const Shape& s, Report& report) {
    const auto x = report.input("x", s[0], s[1]);
    const auto y = report.output("y", s[1], s[0]);
    launch(y.view(), x.view());
    report.expect(y, [&](Index i, Index j) { return Bounded{x(j, i), 0}; });
}

// Around a tile of 16 in both directions, long and short
const RegisterKernels tile{
    "first_steps/tile.cu",
    {kernel_case("transpose/tiled", "N C",
                 {{1, 1}, {15, 17}, {16, 16}, {17, 15}, {33, 31}, {1, 67}, {128, 96}},
                 transpose_tiled, verify_transpose)}};

}  // namespace
}  // namespace seed
