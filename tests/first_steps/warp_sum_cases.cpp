// The kernel of cuda/first_steps/warp_sum.cu.
#include "tests/first_steps/first_steps_cases.h"

namespace seed {
namespace {

// Around the 4 rows of a block and the 32 lanes of a warp
const RegisterKernels warp_sum{
    "first_steps/warp_sum.cu",
    {kernel_case("sum_rows/warp_per_row", "N C",
                 {{1, 1}, {3, 5}, {4, 31}, {5, 32}, {2, 33}, {7, 300}, {96, 320}},
                 sum_rows_warp_per_row, verify_sum_rows)}};

}  // namespace
}  // namespace seed
