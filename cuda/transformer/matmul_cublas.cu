#include <algorithm>

#include "simt/cublas.h"
#include "simt/simt.h"
#include "transformer/matmul_device.h"

namespace seed {
namespace {

// The library's handle, made at the first product and kept. One thread launches at a time.
cublasHandle_t handle() {
    struct Handle {
        Handle() {
            SIMT_CHECK_CALL(cublasCreate(&value));
            // 32-bit products of 32-bit factors: no TF32, which keeps 10 bits of a factor
            SIMT_CHECK_CALL(cublasSetMathMode(value, CUBLAS_PEDANTIC_MATH));
        }
        ~Handle() { cublasDestroy(value); }
        cublasHandle_t value = nullptr;
    };
    static Handle shared;
    return shared.value;
}

// [matmul_device.cublas]
// cuBLAS stores matrices by columns, so our (N, C) is its transpose, (C, N): what it is asked for
// is the transposed product, c (M, N) = a b read as cᵀ = bᵀ aᵀ. A leading dimension is the distance
// between its columns, our rows. beta = 0 overwrites c, beta = 1 adds to it.
void multiply(DeviceView<float> c, DeviceView<const float> a, bool a_transposed,
              DeviceView<const float> b, bool b_transposed, float beta) {
    if (c.size() == 0) return;
    const Index depth = a_transposed ? a.rows : a.cols;
    const Index largest = std::max({c.rows, c.cols, depth});
    require(largest <= 0x7fffffff, "cublasSgemm: expected sizes below 2^31, got {}", largest);
    const float one = 1;
    const cublasOperation_t b_op = b_transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
    const cublasOperation_t a_op = a_transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
    SIMT_CHECK_CALL(cublasSgemm(handle(), b_op, a_op, int(c.cols), int(c.rows), int(depth), &one,
                                b.data, int(b.cols), a.data, int(a.cols), &beta, c.data,
                                int(c.cols)));
}
// [/matmul_device.cublas]

}  // namespace

void matmul_forward_cublas(DeviceView<float> y, DeviceView<const float> x,
                           DeviceView<const float> weight) {
    check_matmul_forward(y, x, weight);
    multiply(y, x, false, weight, true, 0);
}

void matmul_backward_input_cublas(DeviceView<float> dx, DeviceView<const float> dy,
                                  DeviceView<const float> weight) {
    check_matmul_backward_input(dx, dy, weight);
    multiply(dx, dy, false, weight, false, 1);
}

void matmul_backward_weight_cublas(DeviceView<float> dweight, DeviceView<const float> dy,
                                   DeviceView<const float> x) {
    check_matmul_backward_weight(dweight, dy, x);
    multiply(dweight, dy, true, x, false, 1);
}

void matmul_forward(DeviceView<float> y, DeviceView<const float> x,
                    DeviceView<const float> weight) {
    matmul_forward_cublas(y, x, weight);
}

void matmul_backward_input(DeviceView<float> dx, DeviceView<const float> dy,
                           DeviceView<const float> weight) {
    matmul_backward_input_cublas(dx, dy, weight);
}

void matmul_backward_weight(DeviceView<float> dweight, DeviceView<const float> dy,
                            DeviceView<const float> x) {
    matmul_backward_weight_cublas(dweight, dy, x);
}

}  // namespace seed
