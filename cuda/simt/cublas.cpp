#include "simt/cublas.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <string>

#include "simt/check_hooks.h"
#include "simt/memory.h"

struct cublasContext {};

namespace {

using Eigen::Index;

thread_local std::string problem;

// One operand: `matrix` as it lies in memory, to be transposed or not.
struct Operand {
    const char* name;
    cublasOperation_t operation;
    const float* data;
    int rows, cols;  // of op(matrix)
    int leading;     // floats from one column in memory to the next
    long long stride;

    bool transposed() const { return operation != CUBLAS_OP_N; }
    Index stored_rows() const { return transposed() ? cols : rows; }
    Index stored_cols() const { return transposed() ? rows : cols; }
    std::size_t bytes() const {
        const bool empty = rows == 0 || cols == 0;
        return empty ? 0 : sizeof(float) * ((stored_cols() - 1) * leading + stored_rows());
    }
};

Operand operand(const char* name, cublasOperation_t operation, const float* data, int rows,
                int cols, int leading, long long stride) {
    return {name, operation, data, rows, cols, leading, stride};
}

// op(matrix), as a copy: one kind of product is enough for all four.
Eigen::MatrixXf factor(const Operand& x, long long number) {
    const Eigen::Map<const Eigen::MatrixXf, 0, Eigen::OuterStride<>> stored(
        x.data + number * x.stride, x.stored_rows(), x.stored_cols(),
        Eigen::OuterStride<>(x.leading));
    if (x.transposed()) return stored.transpose();
    return stored;
}

// Why a product cannot use these operands; "" when it can.
std::string wrong(const Operand& x, int batch_count) {
    if (x.leading < x.stored_rows() || x.leading < 1) {
        return fmt::format("{}: leading dimension {} for columns of {}", x.name, x.leading,
                           x.stored_rows());
    }
    for (long long i : {0LL, batch_count - 1LL}) {
        if (x.bytes() == 0 || batch_count == 0) break;
        const std::string why = simt::why_not_on_device(x.data + i * x.stride, x.bytes());
        if (!why.empty()) return fmt::format("{}: {}", x.name, why);
        if (x.name == std::string("C")) continue;
        for (Index column = 0; column < x.stored_cols(); ++column) {
            const float* first = x.data + i * x.stride + column * x.leading;
            if (!simt::check_all_written(first, sizeof(float) * std::size_t(x.stored_rows()))) {
                return fmt::format("{}: column {} was never written", x.name, column);
            }
        }
    }
    return "";
}

std::string wrong_product(const Operand& a, const Operand& b, const Operand& c, int batch_count) {
    if (a.rows < 0 || b.cols < 0 || a.cols < 0 || batch_count < 0) {
        return fmt::format("m {}, n {}, k {}, batch {}: expected none below 0", a.rows, b.cols,
                           a.cols, batch_count);
    }
    for (const Operand& x : {a, b, c}) {
        if (const std::string why = wrong(x, batch_count); !why.empty()) return why;
    }
    return "";
}

void multiply(const Operand& a, const Operand& b, const Operand& c, float alpha, float beta,
              long long number) {
    Eigen::Map<Eigen::MatrixXf, 0, Eigen::OuterStride<>> out(
        const_cast<float*>(c.data) + number * c.stride, c.rows, c.cols,
        Eigen::OuterStride<>(c.leading));
    if (beta == 0) out.setZero();  // whatever was there, NaN included, is not read
    if (beta != 0 && beta != 1) out *= beta;
    out.noalias() += alpha * factor(a, number) * factor(b, number);
    for (int column = 0; column < c.cols && c.rows > 0; ++column) {
        simt::check_written_by_host(&out(0, column), sizeof(float) * std::size_t(c.rows));
    }
}

}  // namespace

cublasStatus_t cublasCreate(cublasHandle_t* handle) {
    *handle = new cublasContext;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy(cublasHandle_t handle) {
    delete handle;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t) { return CUBLAS_STATUS_SUCCESS; }
cublasStatus_t cublasSetStream(cublasHandle_t, cudaStream_t) { return CUBLAS_STATUS_SUCCESS; }

cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                           int m, int n, int k, const float* alpha, const float* a, int lda,
                           const float* b, int ldb, const float* beta, float* c, int ldc) {
    return cublasSgemmStridedBatched(handle, op_a, op_b, m, n, k, alpha, a, lda, 0, b, ldb, 0, beta,
                                     c, ldc, 0, 1);
}

cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, cublasOperation_t op_a,
                                         cublasOperation_t op_b, int m, int n, int k,
                                         const float* alpha, const float* a, int lda,
                                         long long stride_a, const float* b, int ldb,
                                         long long stride_b, const float* beta, float* c, int ldc,
                                         long long stride_c, int batch_count) {
    if (handle == nullptr) {
        problem = "no handle: cublasCreate first";
        return CUBLAS_STATUS_NOT_INITIALIZED;
    }
    const Operand left = operand("A", op_a, a, m, k, lda, stride_a);
    const Operand right = operand("B", op_b, b, k, n, ldb, stride_b);
    const Operand out = operand("C", CUBLAS_OP_N, c, m, n, ldc, stride_c);
    problem = wrong_product(left, right, out, batch_count);
    if (!problem.empty()) return CUBLAS_STATUS_INVALID_VALUE;
    for (int i = 0; i < batch_count; ++i) multiply(left, right, out, *alpha, *beta, i);
    return CUBLAS_STATUS_SUCCESS;
}

const char* cublasGetStatusString(cublasStatus_t status) {
    return status == CUBLAS_STATUS_SUCCESS ? "success" : problem.c_str();
}
