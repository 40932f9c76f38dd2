#include <vector>

#include "simt/simt.h"
#include "tests/simt/correct_kernels.h"
#include "tests/support/catch.h"

using namespace seed;

TEST_CASE("a sum through shuffles, shared memory and a barrier is right") {
    const int n = 1000;
    std::vector<float> x(n);
    for (int i = 0; i < n; ++i) x[i] = float(i % 7);
    float* device_x = nullptr;
    float* sums = nullptr;
    SIMT_CHECK_CALL(cudaMalloc(&device_x, n * sizeof(float)));
    SIMT_CHECK_CALL(cudaMalloc(&sums, 4 * sizeof(float)));
    SIMT_CHECK_CALL(cudaMemcpy(device_x, x.data(), n * sizeof(float), cudaMemcpyHostToDevice));
    launch_block_sums(sums, device_x, n);
    std::vector<float> got(4);
    SIMT_CHECK_CALL(cudaMemcpy(got.data(), sums, 4 * sizeof(float), cudaMemcpyDeviceToHost));
    for (int block = 0; block < 4; ++block) {
        float expected = 0;
        for (int i = 256 * block; i < n && i < 256 * block + 256; ++i) expected += x[i];
        CHECK(got[block] == expected);
    }
    SIMT_CHECK_CALL(cudaFree(device_x));
    SIMT_CHECK_CALL(cudaFree(sums));
}
