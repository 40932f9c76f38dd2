// The matrix products of cuBLAS that the launchers use; in the emulated build Eigen answers them.
//
// cuBLAS keeps its matrices column by column, with `ld` floats from one column to the next:
//   C (m, n) = alpha * op(A) (m, k) * op(B) (k, n) + beta * C;  with beta = 0, C is not read
// A row-major product Y = X W is therefore asked for as its transpose, Y^T = W^T X^T, where every
// row-major matrix already lies in memory as its transpose.
//
//   SIMT_CHECK_CALL(cublasSgemm(...));   throws seed::Error with the call, its file and line
#pragma once

#include "simt/simt.h"

#if defined(__CUDACC__) || defined(SIMT_NATIVE)
#include <cublas_v2.h>
#else

enum cublasStatus_t {
    CUBLAS_STATUS_SUCCESS = 0,
    CUBLAS_STATUS_NOT_INITIALIZED = 1,
    CUBLAS_STATUS_INVALID_VALUE = 7,
};
enum cublasOperation_t { CUBLAS_OP_N = 0, CUBLAS_OP_T = 1 };
// How exact products are: here always like CUBLAS_PEDANTIC_MATH, in float throughout.
enum cublasMath_t {
    CUBLAS_DEFAULT_MATH = 0,
    CUBLAS_PEDANTIC_MATH = 2,
    CUBLAS_TF32_TENSOR_OP_MATH = 3,
};
using cublasHandle_t = struct cublasContext*;

cublasStatus_t cublasCreate(cublasHandle_t* handle);
cublasStatus_t cublasDestroy(cublasHandle_t handle);
cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode);
cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream);
cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                           int m, int n, int k, const float* alpha, const float* a, int lda,
                           const float* b, int ldb, const float* beta, float* c, int ldc);
// Matrix i of the batch begins i * stride floats after the first.
cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, cublasOperation_t op_a,
                                         cublasOperation_t op_b, int m, int n, int k,
                                         const float* alpha, const float* a, int lda,
                                         long long stride_a, const float* b, int ldb,
                                         long long stride_b, const float* beta, float* c, int ldc,
                                         long long stride_c, int batch_count);

// In words; for the last call that failed with all that is known.
const char* cublasGetStatusString(cublasStatus_t status);

#endif

namespace simt {

// Throws seed::Error "FILE:LINE: CALL: ..." unless `status` is CUBLAS_STATUS_SUCCESS.
void check_call(cublasStatus_t status, const char* call, Location where = Location::current());

}  // namespace simt
