#include <cmath>

#include "core/grid.h"
#include "simt/simt.h"
#include "transformer/forbid_token_device.h"

namespace seed {

static constexpr int forbid_threads = 128;

// [forbid_token_device.forward]
static __global__ void forbid_token_kernel(float* logits, Index rows, Index cols,
                                           std::int32_t token) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n < rows) logits[n * cols + token] = -INFINITY;
}
// [/forbid_token_device.forward]

void forbid_token(DeviceView<float> logits, std::int32_t token) {
    require(token >= 0 && token < logits.cols, "forbid_token: expected a token in [0, {}), got {}",
            logits.cols, token);
    if (logits.rows == 0) return;
    simt::launch<forbid_token_kernel>({blocks_for(logits.rows, forbid_threads), forbid_threads},
                                      logits.data, logits.rows, logits.cols, token);
}

}  // namespace seed
