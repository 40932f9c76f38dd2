// The kernel of cuda/first_steps/guard.cu.
#include "tests/first_steps/first_steps_cases.h"

namespace seed {
namespace {

// A block of 256, one less and one more, a prime
const RegisterKernels guard{
    "first_steps/guard.cu",
    {kernel_case("double_and_add/guarded", "N", {{1}, {255}, {256}, {257}, {1009}, {12288}},
                 double_and_add_guarded, verify_double_and_add)}};

}  // namespace
}  // namespace seed
