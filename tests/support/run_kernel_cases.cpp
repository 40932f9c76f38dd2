// Linked into the kernel tests of every stem: all kernels registered there, on all their shapes.
#include "tests/support/kernel_case.h"
#include "tests/support/test_array.h"

using namespace seed;

TEST_CASE("every kernel agrees with its reference") {
    REQUIRE(!kernel_cases().empty());
    for (const KernelCase& kernel : kernel_cases()) {
        DYNAMIC_SECTION(kernel.name) {
            REQUIRE(!kernel.shapes.empty());
            for (const Shape& shape : kernel.shapes) {
                const KernelResult result = verify_kernel(kernel, shape, test_seed());
                INFO(result.failure);
                CHECK(result.passed());
            }
        }
    }
}
