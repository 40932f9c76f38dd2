// How well kernels use memory, line by line, as the checker build counts it.
#pragma once

#include "tests/support/kernel_case.h"

namespace seed {

// Runs every kernel on its largest shape and prints, for each line that reads or writes memory, the
// 32-byte sectors or bank passes per request of a warp. Throws Error in any other build.
void print_access_counts(const std::vector<KernelCase>& kernels, std::uint64_t seed);

}  // namespace seed
