#include "simt/simt.h"
#include "tests/simt/correct_kernels.h"
#include "tests/support/catch.h"

using namespace seed;

namespace {

std::vector<float> output_of(const CorrectKernel& kernel, const std::vector<float>& x) {
    const std::size_t bytes = x.size() * sizeof(float);
    float* device_x = nullptr;
    float* device_y = nullptr;
    SIMT_CHECK_CALL(cudaMalloc(&device_x, bytes));
    SIMT_CHECK_CALL(cudaMalloc(&device_y, bytes));
    SIMT_CHECK_CALL(cudaMemcpy(device_x, x.data(), bytes, cudaMemcpyHostToDevice));
    kernel.launch(device_y, device_x, kernel.n);
    std::vector<float> y(x.size(), -1);
    SIMT_CHECK_CALL(cudaMemcpy(y.data(), device_y, bytes, cudaMemcpyDeviceToHost));
    SIMT_CHECK_CALL(cudaFree(device_x));
    SIMT_CHECK_CALL(cudaFree(device_y));
    return y;
}

// Small whole numbers, 0 to 7, in no simple order
std::vector<float> input(int n) {
    std::vector<float> x(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) x[i] = float(unsigned(i) * 2654435761u >> 29);
    return x;
}

void check(const std::vector<CorrectKernel>& kernels) {
    for (const CorrectKernel& kernel : kernels) {
        INFO(kernel.name);
        const std::vector<float> x = input(kernel.n);
        const std::vector<float> y = output_of(kernel, x);
        int wrong = 0;
        for (int i = 0; i < kernel.n; ++i) wrong += !(y[i] == kernel.expected(x, i));
        CHECK(wrong == 0);
    }
}

}  // namespace

TEST_CASE("kernels of a block's threads, shared memory and atomics give the right results") {
    check(correct_block_kernels());
}

TEST_CASE("kernels of a warp's lanes give the right results") { check(correct_warp_kernels()); }

TEST_CASE("bits and conversions are CUDA's, numbers out of range and NaN among them") {
    check(correct_intrinsics());
}

#if !defined(SIMT_NATIVE)
TEST_CASE(
    "right kernels are right in every order of blocks and threads, on any number of workers") {
    for (std::uint32_t seed : {1u, 2u, 3u, 4u, 5u}) {
        INFO("schedule seed " << seed);
        simt::set_schedule_seed(seed);
        simt::set_worker_count(1 + int(seed % 3));
        check(correct_block_kernels());
        check(correct_warp_kernels());
    }
    simt::set_schedule_seed(0);
    simt::set_worker_count(0);
}
#endif
