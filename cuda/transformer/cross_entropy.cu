#include "simt/simt.h"
#include "transformer/cross_entropy_device.h"
#include "transformer/reduce.cuh"

namespace seed {

static constexpr int loss_threads = 128;

// [cross_entropy_device.thread_per_row]
static __global__ void cross_entropy_forward_thread_per_row_kernel(float* losses, float* lse,
                                                                   const float* logits,
                                                                   const int* targets,
                                                                   const float* weights, Index rows,
                                                                   Index cols) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n >= rows) return;
    const float* z = logits + n * cols;  // (V)
    float largest = -INFINITY, sum = 0;
    for (Index v = 0; v < cols; ++v) largest = fmaxf(largest, z[v]);
    for (Index v = 0; v < cols; ++v) sum += expf(z[v] - largest);
    lse[n] = largest + logf(sum);
    losses[n] = weights[n] * (lse[n] - z[targets[n]]);
}
// [/cross_entropy_device.thread_per_row]

// [cross_entropy_device.row_per_block]
// Both loops over the vocabulary are shared out: 128 threads read 128 neighbouring logits.
static __global__ void cross_entropy_forward_row_per_block_kernel(float* losses, float* lse,
                                                                  const float* logits,
                                                                  const int* targets,
                                                                  const float* weights,
                                                                  Index cols) {
    SIMT_SHARED(float, of_warp, [loss_threads / warp_size]);
    const Index n = blockIdx.x;
    const float* z = logits + n * cols;  // (V)
    // [exercise cross_entropy_row_per_block]
    float largest = -INFINITY, sum = 0;
    for (Index v = threadIdx.x; v < cols; v += blockDim.x) largest = fmaxf(largest, z[v]);
    largest = block_max(largest, of_warp);
    for (Index v = threadIdx.x; v < cols; v += blockDim.x) sum += expf(z[v] - largest);
    sum = block_sum(sum, of_warp);
    if (threadIdx.x != 0) return;
    lse[n] = largest + logf(sum);
    losses[n] = weights[n] * (lse[n] - z[targets[n]]);
    // [/exercise cross_entropy_row_per_block]
}
// [/cross_entropy_device.row_per_block]

// [cross_entropy_device.backward]
static __global__ void cross_entropy_backward_thread_per_row_kernel(
    float* dlogits, const float* logits, const float* lse, const int* targets, const float* weights,
    Index rows, Index cols) {
    const Index n = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (n >= rows) return;
    const float* z = logits + n * cols;  // (V)
    float* dz = dlogits + n * cols;      // (V)
    for (Index v = 0; v < cols; ++v) dz[v] += weights[n] * expf(z[v] - lse[n]);
    dz[targets[n]] -= weights[n];
}

static __global__ void cross_entropy_backward_thread_per_element_kernel(
    float* dlogits, const float* logits, const float* lse, const int* targets, const float* weights,
    Index rows, Index cols) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    const Index n = i / cols, v = i % cols;
    if (n >= rows) return;
    dlogits[i] += weights[n] * (expf(logits[i] - lse[n]) - (v == targets[n] ? 1.0f : 0.0f));
}
// [/cross_entropy_device.backward]

// On the host, where the targets still are
static void check_targets_on_host(std::span<const std::int32_t> targets, Index rows,
                                  Index vocabulary) {
    require(Index(targets.size()) == rows, "cross entropy: expected {} targets, got {}", rows,
            targets.size());
    for (std::int32_t target : targets) {
        require(target >= 0 && target < vocabulary,
                "cross entropy: expected targets in [0, {}), got {}", vocabulary, target);
    }
}

static DeviceBuffer<std::int32_t> checked_targets(DeviceView<float> losses, DeviceView<float> lse,
                                                  DeviceView<const float> logits,
                                                  std::span<const std::int32_t> targets,
                                                  DeviceView<const float> weights) {
    check_targets_on_host(targets, logits.rows, logits.cols);
    require_shape(losses, logits.rows, 1, "cross_entropy_forward: losses");
    require_shape(lse, logits.rows, 1, "cross_entropy_forward: lse");
    require_shape(weights, logits.rows, 1, "cross_entropy_forward: weights");
    return DeviceBuffer<std::int32_t>(targets);
}

void cross_entropy_forward_thread_per_row(DeviceView<float> losses, DeviceView<float> lse,
                                          DeviceView<const float> logits,
                                          std::span<const std::int32_t> targets,
                                          DeviceView<const float> weights) {
    const auto device_targets = checked_targets(losses, lse, logits, targets, weights);
    if (logits.rows == 0) return;
    simt::launch<cross_entropy_forward_thread_per_row_kernel>(
        {blocks_for(logits.rows, loss_threads), loss_threads}, losses.data, lse.data, logits.data,
        device_targets.data(), weights.data, logits.rows, logits.cols);
}

void cross_entropy_forward_row_per_block(DeviceView<float> losses, DeviceView<float> lse,
                                         DeviceView<const float> logits,
                                         std::span<const std::int32_t> targets,
                                         DeviceView<const float> weights) {
    const auto device_targets = checked_targets(losses, lse, logits, targets, weights);
    if (logits.rows == 0) return;
    simt::launch<cross_entropy_forward_row_per_block_kernel>(
        {logits.rows, loss_threads}, losses.data, lse.data, logits.data, device_targets.data(),
        weights.data, logits.cols);
}

void cross_entropy_forward(DeviceView<float> losses, DeviceView<float> lse,
                           DeviceView<const float> logits, std::span<const std::int32_t> targets,
                           DeviceView<const float> weights) {
    cross_entropy_forward_row_per_block(losses, lse, logits, targets, weights);
}

// A thread for each of `tasks` rows or elements
template <auto Kernel>
static void launch_backward(Index tasks, DeviceView<float> dlogits, DeviceView<const float> logits,
                            DeviceView<const float> lse, std::span<const std::int32_t> targets,
                            DeviceView<const float> weights) {
    check_targets_on_host(targets, logits.rows, logits.cols);
    require_shape(dlogits, logits.rows, logits.cols, "cross_entropy_backward: dlogits");
    require_shape(lse, logits.rows, 1, "cross_entropy_backward: lse");
    require_shape(weights, logits.rows, 1, "cross_entropy_backward: weights");
    if (logits.size() == 0) return;
    const DeviceBuffer<std::int32_t> device_targets(targets);
    simt::launch<Kernel>({blocks_for(tasks, loss_threads), loss_threads}, dlogits.data, logits.data,
                         lse.data, device_targets.data(), weights.data, logits.rows, logits.cols);
}

void cross_entropy_backward_thread_per_row(DeviceView<float> dlogits,
                                           DeviceView<const float> logits,
                                           DeviceView<const float> lse,
                                           std::span<const std::int32_t> targets,
                                           DeviceView<const float> weights) {
    launch_backward<cross_entropy_backward_thread_per_row_kernel>(logits.rows, dlogits, logits, lse,
                                                                  targets, weights);
}

void cross_entropy_backward_thread_per_element(DeviceView<float> dlogits,
                                               DeviceView<const float> logits,
                                               DeviceView<const float> lse,
                                               std::span<const std::int32_t> targets,
                                               DeviceView<const float> weights) {
    launch_backward<cross_entropy_backward_thread_per_element_kernel>(
        logits.size(), dlogits, logits, lse, targets, weights);
}

void cross_entropy_backward(DeviceView<float> dlogits, DeviceView<const float> logits,
                            DeviceView<const float> lse, std::span<const std::int32_t> targets,
                            DeviceView<const float> weights) {
    cross_entropy_backward_thread_per_element(dlogits, logits, lse, targets, weights);
}

}  // namespace seed
