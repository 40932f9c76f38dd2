#include "core/grid.h"
#include "mask_corruption/entropy_device.h"
#include "mask_corruption/log_softmax.cuh"
#include "mask_corruption/texts_on_device.cuh"
#include "simt/simt.h"

namespace seed {

static constexpr int threads = 128;

// [entropy_device.rows]
// What a token adds to the entropy: -p log p, and nothing where p is 0.
static __device__ double entropy_term(float z, double lse) {
    const double log_p = double(z) - lse;
    return log_p == -INFINITY ? 0 : -exp(log_p) * log_p;
}

static __global__ void entropy_in_thread(double* entropies, const float* logits, Index count,
                                         Index vocabulary) {
    const Index row = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (row >= count) return;
    const float* z = logits + row * vocabulary;  // (1, V)
    const double lse = log_sum_exp_in_thread(z, vocabulary).lse;
    double sum = 0;
    for (Index v = 0; v < vocabulary; ++v) sum += entropy_term(z[v], lse);
    entropies[row] = sum;
}

static __global__ void entropy_in_warp(double* entropies, const float* logits, Index count,
                                       Index vocabulary) {
    const Index row = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const int lane = int(threadIdx.x % 32);
    if (row >= count) return;                    // a whole warp
    const float* z = logits + row * vocabulary;  // (1, V)
    const double lse = log_sum_exp_in_warp(z, vocabulary, lane).lse;
    double sum = 0;
    for (Index v = lane; v < vocabulary; v += 32) sum += entropy_term(z[v], lse);
    sum = warp_sum(sum);
    if (lane == 0) entropies[row] = sum;
}
// [/entropy_device.rows]

// [entropy_device.bound]
// What all rows of the text that are surer than row i add up to, in the order of the rows.
static __device__ double surer_than(Index i, const double* entropies, Index begin, Index end) {
    double sum = 0;
    for (Index j = begin; j < end; ++j) {
        const bool is_surer =
            entropies[j] < entropies[i] || (entropies[j] == entropies[i] && j < i);
        if (is_surer) sum += entropies[j];
    }
    return sum;
}

static __global__ void within_bound_in_thread(std::int32_t* revealed, const double* entropies,
                                              const Index* first_row, Index texts, double bound) {
    const Index b = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (b >= texts) return;
    const Index begin = first_row[b], end = first_row[b + 1];
    for (Index i = begin; i < end; ++i) {
        revealed[i] = surer_than(i, entropies, begin, end) <= bound;
    }
}

static __global__ void within_bound_by_row(std::int32_t* revealed, const double* entropies,
                                           const Index* first_row, double bound) {
    const Index begin = first_row[blockIdx.x], end = first_row[blockIdx.x + 1];
    for (Index i = begin + threadIdx.x; i < end; i += blockDim.x) {
        revealed[i] = surer_than(i, entropies, begin, end) <= bound;
    }
}
// [/entropy_device.bound]

// Launches a kernel whose blocks take `rows_of_block` rows each.
template <auto Kernel>
static void launch_entropies(Index rows_of_block, DeviceView<double> entropies,
                             DeviceView<const float> logits) {
    require_shape(entropies, logits.rows, 1, "row_entropies: entropies");
    require(logits.cols >= 1, "row_entropies: expected logits in a row, got none");
    if (logits.rows == 0) return;
    simt::launch<Kernel>({blocks_for(logits.rows, rows_of_block), threads}, entropies.data,
                         logits.data, logits.rows, logits.cols);
}

void row_entropies_thread_per_row(DeviceView<double> entropies, DeviceView<const float> logits) {
    launch_entropies<entropy_in_thread>(threads, entropies, logits);
}

void row_entropies_warp_per_row(DeviceView<double> entropies, DeviceView<const float> logits) {
    launch_entropies<entropy_in_warp>(threads / 32, entropies, logits);
}

static TextsOnDevice checked(DeviceView<std::int32_t> revealed, DeviceView<const double> entropies,
                             std::span<const Index> first_row, double bound) {
    require(bound >= 0, "entropy bound: expected a number >= 0, got {}", bound);
    return {revealed, entropies, first_row, "reveal: entropies"};
}

void reveal_within_bound_thread_per_text(DeviceView<std::int32_t> revealed,
                                         DeviceView<const double> entropies,
                                         std::span<const Index> first_row, double bound) {
    const TextsOnDevice texts = checked(revealed, entropies, first_row, bound);
    if (texts.count == 0) return;
    simt::launch<within_bound_in_thread>({blocks_for(texts.count, threads), threads}, revealed.data,
                                         entropies.data, texts.first_row.data(), texts.count,
                                         bound);
}

void reveal_within_bound_thread_per_row(DeviceView<std::int32_t> revealed,
                                        DeviceView<const double> entropies,
                                        std::span<const Index> first_row, double bound) {
    const TextsOnDevice texts = checked(revealed, entropies, first_row, bound);
    if (texts.count == 0) return;
    simt::launch<within_bound_by_row>({texts.count, threads}, revealed.data, entropies.data,
                                      texts.first_row.data(), bound);
}

}  // namespace seed
