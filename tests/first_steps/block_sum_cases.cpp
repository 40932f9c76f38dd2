// The kernel of cuda/first_steps/block_sum.cu.
#include "tests/first_steps/first_steps_cases.h"

namespace seed {
namespace {

// A block of 128, one less and one more; rows of fewer numbers than threads
const RegisterKernels block_sum{
    "first_steps/block_sum.cu",
    {kernel_case("sum_rows/block_per_row", "N C",
                 {{1, 1}, {3, 5}, {2, 127}, {2, 128}, {2, 129}, {7, 300}, {96, 320}},
                 sum_rows_block_per_row, verify_sum_rows)}};

}  // namespace
}  // namespace seed
