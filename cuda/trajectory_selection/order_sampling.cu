#include <vector>

#include "core/grid.h"
#include "mask_corruption/log_softmax.cuh"
#include "simt/simt.h"
#include "trajectory_selection/order_sampling_device.h"

namespace seed {
namespace {

constexpr int threads = 128;
constexpr int tile_size = 32;  // rows and columns of a tile: the lanes of a warp

// What a row's confidence is disturbed with.
struct Noise {
    double temperature;
    RandomKey key;
    std::uint64_t row;
};

}  // namespace

// [order_sampling.thread_per_row]
static __global__ void log_p_in_thread(double* log_p, double* confidence, const float* logits,
                                       const std::int32_t* targets, Index count, Index vocabulary) {
    const Index row = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (row >= count) return;
    const float* z = logits + row * vocabulary;  // (1, V)
    const LogSumExp all = log_sum_exp_in_thread(z, vocabulary);
    log_p[row] = double(z[targets[row]]) - all.lse;
    confidence[row] = exp(all.largest - all.lse);
}
// [/order_sampling.thread_per_row]

// [order_sampling.warp_per_row]
static __global__ void log_p_in_warp(double* log_p, double* confidence, const float* logits,
                                     const std::int32_t* targets, Index count, Index vocabulary) {
    const Index row = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const int lane = int(threadIdx.x % 32);
    if (row >= count) return;                    // a whole warp
    const float* z = logits + row * vocabulary;  // (1, V)
    const LogSumExp all = log_sum_exp_in_warp(z, vocabulary, lane);
    if (lane != 0) return;
    log_p[row] = double(z[targets[row]]) - all.lse;
    confidence[row] = exp(all.largest - all.lse);
}
// [/order_sampling.warp_per_row]

// [order_sampling.rows_in_tiles]
// Calls take(z) with every logit of row first + threadIdx.x, one after the other: the CPU's order.
// The block, a warp, reads 32 rows of 32 neighbouring logits and passes them on through shared
// memory, where a row has a word more so that its columns lie in 32 different banks.
template <class Take>
static __device__ void for_each_logit(float (*tile)[tile_size + 1], const float* logits,
                                      Index first, Index count, Index vocabulary, Take&& take) {
    const int lane = int(threadIdx.x);
    for (Index begin = 0; begin < vocabulary; begin += tile_size) {
        const Index left = vocabulary - begin;
        const int width = left < tile_size ? int(left) : tile_size;
        for (int r = 0; r < tile_size && first + r < count; ++r) {
            if (lane < width) tile[r][lane] = logits[(first + r) * vocabulary + begin + lane];
        }
        __syncthreads();
        for (int v = 0; v < width && first + lane < count; ++v) take(double(tile[lane][v]));
        __syncthreads();  // the tile may be written again from here on
    }
}

static __global__ void log_p_in_tiles(double* log_p, double* confidence, const float* logits,
                                      const std::int32_t* targets, Index count, Index vocabulary) {
    SIMT_SHARED(float, tile, [tile_size][tile_size + 1]);
    const Index first = Index(blockIdx.x) * tile_size, row = first + threadIdx.x;
    double largest = -INFINITY, sum = 0;
    for_each_logit(tile, logits, first, count, vocabulary,
                   [&](double z) { largest = fmax(largest, z); });
    for_each_logit(tile, logits, first, count, vocabulary,
                   [&](double z) { sum += exp(z - largest); });
    if (row >= count) return;
    const double lse = largest + log(sum);
    log_p[row] = double(logits[row * vocabulary + targets[row]]) - lse;
    confidence[row] = exp(largest - lse);
}
// [/order_sampling.rows_in_tiles]

// [order_sampling.gumbel_thread_per_row]
static __global__ void gumbel_in_thread(double* noisy, const double* confidence, const Noise* noise,
                                        Index count) {
    const Index m = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (m >= count) return;
    const double tau = noise[m].temperature;
    noisy[m] = tau < 0 ? 0 : confidence[m];
    if (tau <= 0) return;
    const double gumbel = -log(-log(uniform_double(noise[m].key, noise[m].row, 0)));
    noisy[m] *= exp(tau * gumbel);
}
// [/order_sampling.gumbel_thread_per_row]

// Launches a kernel whose blocks of `block` threads take `rows_of_block` rows each.
template <auto Kernel>
static void launch_log_p(Index rows_of_block, int block, DeviceView<double> log_p,
                         DeviceView<double> confidence, DeviceView<const float> logits,
                         std::span<const std::int32_t> targets) {
    require_shape(log_p, logits.rows, 1, "target log p: result");
    require_shape(confidence, logits.rows, 1, "target log p: confidence");
    require(Index(targets.size()) == logits.rows, "target log p: expected {} targets, got {}",
            logits.rows, targets.size());
    for (const std::int32_t target : targets) {
        require(target >= 0 && target < logits.cols,
                "target log p: expected a token in 0 ... {}, got {}", logits.cols - 1, target);
    }
    if (logits.rows == 0) return;
    const DeviceBuffer<std::int32_t> device_targets(targets);
    simt::launch<Kernel>({blocks_for(logits.rows, rows_of_block), block}, log_p.data,
                         confidence.data, logits.data, device_targets.data(), logits.rows,
                         logits.cols);
}

void target_log_p_thread_per_row(DeviceView<double> log_p, DeviceView<double> confidence,
                                 DeviceView<const float> logits,
                                 std::span<const std::int32_t> targets) {
    launch_log_p<log_p_in_thread>(threads, threads, log_p, confidence, logits, targets);
}

void target_log_p_warp_per_row(DeviceView<double> log_p, DeviceView<double> confidence,
                               DeviceView<const float> logits,
                               std::span<const std::int32_t> targets) {
    launch_log_p<log_p_in_warp>(threads / 32, threads, log_p, confidence, logits, targets);
}

void target_log_p_rows_in_tiles(DeviceView<double> log_p, DeviceView<double> confidence,
                                DeviceView<const float> logits,
                                std::span<const std::int32_t> targets) {
    launch_log_p<log_p_in_tiles>(tile_size, tile_size, log_p, confidence, logits, targets);
}

void target_log_p(DeviceView<double> log_p, DeviceView<double> confidence,
                  DeviceView<const float> logits, std::span<const std::int32_t> targets) {
    target_log_p_rows_in_tiles(log_p, confidence, logits, targets);
}

void add_gumbel_noise_thread_per_row(DeviceView<double> noisy, DeviceView<const double> confidence,
                                     std::span<const double> temperatures,
                                     std::span<const RandomKey> keys,
                                     std::span<const std::uint64_t> rows) {
    const std::size_t count = std::size_t(noisy.rows);
    require_shape(noisy, noisy.rows, 1, "order noise: result");
    require_shape(confidence, noisy.rows, 1, "order noise: confidence");
    require(temperatures.size() == count && keys.size() == count && rows.size() == count,
            "order noise: expected {} temperatures, keys and rows, got {}, {} and {}", count,
            temperatures.size(), keys.size(), rows.size());
    if (count == 0) return;
    std::vector<Noise> all;
    for (std::size_t m = 0; m < count; ++m) all.push_back({temperatures[m], keys[m], rows[m]});
    const DeviceBuffer<Noise> noise(all);
    simt::launch<gumbel_in_thread>({blocks_for(noisy.rows, threads), threads}, noisy.data,
                                   confidence.data, noise.data(), noisy.rows);
}

void add_gumbel_noise(DeviceView<double> noisy, DeviceView<const double> confidence,
                      std::span<const double> temperatures, std::span<const RandomKey> keys,
                      std::span<const std::uint64_t> rows) {
    add_gumbel_noise_thread_per_row(noisy, confidence, temperatures, keys, rows);
}

}  // namespace seed
