// What `seed verify` knows of a kernel in the end, and how it is shown.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tests/support/kernel_case.h"

namespace seed {

struct KernelRow {
    const KernelCase* kernel;
    KernelResult result;  // the worst over its shapes, the first failure
    Index failed = 0;     // shapes
};

// Every shape of the kernel.
KernelRow verify_shapes(const KernelCase& kernel, std::uint64_t seed, Numbers numbers);

// kernel, shapes, worst error, share of the bound used, backend, verdict
std::string table_of(const std::vector<KernelRow>& rows, const std::string& backend);

nlohmann::ordered_json json_of(const std::vector<KernelRow>& rows, const std::string& backend,
                               std::uint64_t seed);

// By file: every kernel with the function that launches it, and its shapes below.
std::string kernel_list(const std::vector<KernelCase>& kernels);

std::string shape_name(const Shape& shape);  // "33x7"

}  // namespace seed
