// The kernel of cuda/first_steps/map.cu.
#include "tests/first_steps/first_steps_cases.h"

namespace seed {
namespace {

// A warp, one less and one more, the largest block
const RegisterKernels map{
    "first_steps/map.cu",
    {kernel_case("double_and_add/one_block", "N", {{1}, {5}, {31}, {32}, {33}, {256}, {1024}},
                 double_and_add_one_block, verify_double_and_add)
         .with("N <= 1024", [](const Shape& s) { return s[0] <= 1024; })}};

}  // namespace
}  // namespace seed
