#include <array>
#include <vector>

#include "simt/cublas.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

float* upload(const std::vector<float>& host) {
    float* device = nullptr;
    SIMT_CHECK_CALL(cudaMalloc(&device, host.size() * sizeof(float)));
    SIMT_CHECK_CALL(
        cudaMemcpy(device, host.data(), host.size() * sizeof(float), cudaMemcpyHostToDevice));
    return device;
}

std::vector<float> download(const float* device, std::size_t count) {
    std::vector<float> host(count);
    SIMT_CHECK_CALL(cudaMemcpy(host.data(), device, count * sizeof(float), cudaMemcpyDeviceToHost));
    return host;
}

// Small whole numbers: every sum of products is exact
std::vector<float> numbers(std::size_t count, unsigned key) {
    std::vector<float> x(count);
    for (std::size_t i = 0; i < count; ++i) {
        x[i] = float(int((unsigned(i) + key) * 2654435761u >> 28)) - 7;
    }
    return x;
}

struct Case {
    cublasOperation_t op_a, op_b;
    int m, n, k, lda, ldb, ldc;
    float alpha, beta;
};

float element(const std::vector<float>& x, cublasOperation_t op, int row, int col, int leading) {
    return op == CUBLAS_OP_N ? x[col * leading + row] : x[row * leading + col];
}

void check_product(cublasHandle_t handle, const Case& c, int batch) {
    const std::size_t size = 200;
    const std::vector<float> a = numbers(size * batch, 1);
    const std::vector<float> b = numbers(size * batch, 2);
    const std::vector<float> before = numbers(size * batch, 3);
    float* device_a = upload(a);
    float* device_b = upload(b);
    float* device_c = upload(before);
    SIMT_CHECK_CALL(cublasSgemmStridedBatched(handle, c.op_a, c.op_b, c.m, c.n, c.k, &c.alpha,
                                              device_a, c.lda, size, device_b, c.ldb, size, &c.beta,
                                              device_c, c.ldc, size, batch));
    std::vector<float> expected = before;
    for (int i = 0; i < batch; ++i) {
        const std::vector<float> x(a.begin() + i * size, a.begin() + (i + 1) * size);
        const std::vector<float> y(b.begin() + i * size, b.begin() + (i + 1) * size);
        for (int row = 0; row < c.m; ++row) {
            for (int col = 0; col < c.n; ++col) {
                float sum = 0;
                for (int k = 0; k < c.k; ++k) {
                    sum += element(x, c.op_a, row, k, c.lda) * element(y, c.op_b, k, col, c.ldb);
                }
                float& out = expected[i * size + col * c.ldc + row];
                out = c.alpha * sum + c.beta * out;
            }
        }
    }
    CHECK(download(device_c, expected.size()) == expected);
    for (float* memory : {device_a, device_b, device_c}) SIMT_CHECK_CALL(cudaFree(memory));
}

}  // namespace

TEST_CASE("cublasSgemm multiplies in all four ways, in batches, with any leading dimension") {
    cublasHandle_t handle = nullptr;
    SIMT_CHECK_CALL(cublasCreate(&handle));
    SIMT_CHECK_CALL(cublasSetMathMode(handle, CUBLAS_PEDANTIC_MATH));
    const auto n = CUBLAS_OP_N;
    const auto t = CUBLAS_OP_T;
    for (const Case& c : {Case{n, n, 3, 4, 5, 3, 5, 3, 1, 0}, Case{n, t, 3, 4, 5, 7, 9, 8, 1, 1},
                          Case{t, n, 7, 2, 6, 6, 11, 7, 2, 0}, Case{t, t, 5, 6, 4, 9, 8, 10, 1, 2},
                          Case{n, n, 1, 1, 1, 1, 1, 1, -1, 1}}) {
        check_product(handle, c, 1);
        check_product(handle, c, 3);
    }
    SIMT_CHECK_CALL(cublasDestroy(handle));
}

#if !defined(SIMT_NATIVE)
TEST_CASE("a product of matrices that leave their memory is refused by name") {
    cublasHandle_t handle = nullptr;
    SIMT_CHECK_CALL(cublasCreate(&handle));
    float* memory = upload(numbers(12, 1));
    const float one = 1, zero = 0;
    const auto message = [&](const float* a, int lda, float* c) {
        return error_of([&] {
            SIMT_CHECK_CALL(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, 3, 2, 2, &one, a, lda,
                                        memory, 2, &zero, c, 3));
        });
    };
    const auto says = [&](const std::string& text, const std::string& part) {
        INFO(text);
        CHECK(text.find(part) != text.npos);
    };
    says(message(memory, 3, memory + 8),
         "C: 24 bytes from offset 32 leave a device allocation of 48 bytes");
    says(message(memory, 2, memory), "A: leading dimension 2 for columns of 3");
    const std::vector<float> host(12);
    says(message(host.data(), 3, memory), "is not in device memory");
    SIMT_CHECK_CALL(cudaFree(memory));
    SIMT_CHECK_CALL(cublasDestroy(handle));
}
#endif
