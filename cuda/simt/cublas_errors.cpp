#include "core/require.h"
#include "simt/cublas.h"

namespace simt {

void check_call(cublasStatus_t status, const char* call, Location where) {
    seed::require(status == CUBLAS_STATUS_SUCCESS, "{}: {}: {}", to_string(where), call,
                  cublasGetStatusString(status));
}

}  // namespace simt
