#include "simt/cublas.h"
#include "simt/simt.h"
#include "transformer/matmul_device.h"

namespace seed {
namespace {

void check_cublas(cublasStatus_t status, const char* product) {
    require(status == CUBLAS_STATUS_SUCCESS, "{}: cuBLAS answers with status {}", product,
            int(status));
}

// The library's handle, made at the first product and kept. One thread launches at a time.
cublasHandle_t handle() {
    struct Handle {
        Handle() {
            check_cublas(cublasCreate(&value), "cublasCreate");
            // 32-bit products of 32-bit factors: no TF32, which keeps 10 bits of a factor
            check_cublas(cublasSetMathMode(value, CUBLAS_PEDANTIC_MATH), "cublasSetMathMode");
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
              DeviceView<const float> b, bool b_transposed, float beta, const char* name) {
    if (c.size() == 0) return;
    const float one = 1;
    const int depth = int(a_transposed ? a.rows : a.cols);
    check_cublas(
        cublasSgemm(handle(), b_transposed ? CUBLAS_OP_T : CUBLAS_OP_N,
                    a_transposed ? CUBLAS_OP_T : CUBLAS_OP_N, int(c.cols), int(c.rows), depth, &one,
                    b.data, int(b.cols), a.data, int(a.cols), &beta, c.data, int(c.cols)),
        name);
}
// [/matmul_device.cublas]

}  // namespace

void matmul_forward_cublas(DeviceView<float> y, DeviceView<const float> x,
                           DeviceView<const float> weight) {
    check_matmul_forward(y, x, weight);
    multiply(y, x, false, weight, true, 0, "matmul_forward");
}

void matmul_backward_input_cublas(DeviceView<float> dx, DeviceView<const float> dy,
                                  DeviceView<const float> weight) {
    check_matmul_backward_input(dx, dy, weight);
    multiply(dx, dy, false, weight, false, 1, "matmul_backward_input");
}

void matmul_backward_weight_cublas(DeviceView<float> dweight, DeviceView<const float> dy,
                                   DeviceView<const float> x) {
    check_matmul_backward_weight(dweight, dy, x);
    multiply(dweight, dy, true, x, false, 1, "matmul_backward_weight");
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
