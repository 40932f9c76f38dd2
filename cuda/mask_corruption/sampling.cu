#include <cmath>

#include "core/grid.h"
#include "mask_corruption/log_softmax.cuh"
#include "mask_corruption/sampling_device.h"
#include "simt/simt.h"

namespace seed {
namespace {

constexpr int threads = 128;

// What the rows are sampled with.
struct Randomness {
    double temperature;
    const RandomKey* keys;
    const std::uint64_t* rows;
};

// The best token of a part of a row.
struct Best {
    double score;
    int token;
};

}  // namespace

// [sampling.device_score]
static __device__ double score_of(double log_p, int token, const Randomness& random, Index row) {
    if (random.temperature == 0) return log_p;
    const double u =
        fmax(uniform_double(random.keys[row], random.rows[row], std::uint32_t(token)), 0x1p-54);
    return log_p / random.temperature - log(-log(u));
}
// [/sampling.device_score]

// [sampling.thread_per_row]
static __global__ void choose_in_thread(std::int32_t* tokens, double* probabilities,
                                        const float* logits, Index count, int vocabulary,
                                        Randomness random) {
    const Index row = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (row >= count) return;
    const float* z = logits + row * vocabulary;  // (1, V)
    const double lse = log_sum_exp_in_thread(z, vocabulary).lse;
    Best best{-INFINITY, 0};
    for (int v = 0; v < vocabulary; ++v) {
        const double score = score_of(double(z[v]) - lse, v, random, row);
        if (score > best.score) best = {score, v};
    }
    tokens[row] = best.token;
    probabilities[row] = exp(double(z[best.token]) - lse);
}
// [/sampling.thread_per_row]

// [sampling.warp_best]
static __device__ Best warp_best(Best best) {
    for (int d = 16; d > 0; d /= 2) {
        const double score = __shfl_xor_sync(0xffffffffu, best.score, d);
        const int token = __shfl_xor_sync(0xffffffffu, best.token, d);
        const bool wins = score > best.score || (score == best.score && token < best.token);
        if (wins) best = {score, token};
    }
    return best;
}
// [/sampling.warp_best]

// [sampling.warp_per_row]
// The 32 lanes share a row: they read neighbouring logits, and the loop ends in a reduction.
static __global__ void choose_in_warp(std::int32_t* tokens, double* probabilities,
                                      const float* logits, Index count, int vocabulary,
                                      Randomness random) {
    const Index row = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const int lane = int(threadIdx.x % 32);
    if (row >= count) return;                    // a whole warp
    const float* z = logits + row * vocabulary;  // (1, V)
    const double lse = log_sum_exp_in_warp(z, vocabulary, lane).lse;
    Best best{-INFINITY, 0};
    for (int v = lane; v < vocabulary; v += 32) {
        const double score = score_of(double(z[v]) - lse, v, random, row);
        if (score > best.score) best = {score, v};
    }
    best = warp_best(best);
    if (lane != 0) return;
    tokens[row] = best.token;
    probabilities[row] = exp(double(z[best.token]) - lse);
}
// [/sampling.warp_per_row]

// Launches a kernel whose blocks take `rows_of_block` rows each.
template <auto Kernel>
static void launch_choice(Index rows_of_block, DeviceView<std::int32_t> tokens,
                          DeviceView<double> probabilities, DeviceView<const float> logits,
                          double temperature, std::span<const RandomKey> keys,
                          std::span<const std::uint64_t> key_rows) {
    require(temperature >= 0, "temperature: expected a value >= 0, got {}", temperature);
    require(logits.cols >= 1 && logits.cols <= 0x7fffffff,
            "choose_tokens: expected 1 ... 2^31 - 1 logits in a row, got {}", logits.cols);
    require_shape(tokens, logits.rows, 1, "choose_tokens: tokens");
    require_shape(probabilities, logits.rows, 1, "choose_tokens: probabilities");
    require(Index(keys.size()) == logits.rows && Index(key_rows.size()) == logits.rows,
            "choose_tokens: expected {} keys and rows of them, got {} and {}", logits.rows,
            keys.size(), key_rows.size());
    if (logits.rows == 0) return;
    const DeviceBuffer<RandomKey> device_keys(keys);
    const DeviceBuffer<std::uint64_t> device_rows(key_rows);
    simt::launch<Kernel>({blocks_for(logits.rows, rows_of_block), threads}, tokens.data,
                         probabilities.data, logits.data, logits.rows, int(logits.cols),
                         Randomness{temperature, device_keys.data(), device_rows.data()});
}

void choose_tokens_thread_per_row(DeviceView<std::int32_t> tokens, DeviceView<double> probabilities,
                                  DeviceView<const float> logits, double temperature,
                                  std::span<const RandomKey> keys,
                                  std::span<const std::uint64_t> key_rows) {
    launch_choice<choose_in_thread>(threads, tokens, probabilities, logits, temperature, keys,
                                    key_rows);
}

void choose_tokens_warp_per_row(DeviceView<std::int32_t> tokens, DeviceView<double> probabilities,
                                DeviceView<const float> logits, double temperature,
                                std::span<const RandomKey> keys,
                                std::span<const std::uint64_t> key_rows) {
    launch_choice<choose_in_warp>(threads / 32, tokens, probabilities, logits, temperature, keys,
                                  key_rows);
}

void choose_tokens(DeviceView<std::int32_t> tokens, DeviceView<double> probabilities,
                   DeviceView<const float> logits, double temperature,
                   std::span<const RandomKey> keys, std::span<const std::uint64_t> key_rows) {
    choose_tokens_warp_per_row(tokens, probabilities, logits, temperature, keys, key_rows);
}

std::vector<TokenChoice> choose_tokens(DeviceView<const float> logits, double temperature,
                                       std::span<const RandomKey> keys,
                                       std::span<const std::uint64_t> key_rows) {
    const DeviceBuffer<std::int32_t> tokens(logits.rows);
    const DeviceBuffer<double> probabilities(logits.rows);
    choose_tokens({tokens.data(), logits.rows, 1}, {probabilities.data(), logits.rows, 1}, logits,
                  temperature, keys, key_rows);
    const auto token_list = tokens.download();
    const auto probability_list = probabilities.download();
    std::vector<TokenChoice> choices;
    for (std::size_t m = 0; m < token_list.size(); ++m) {
        choices.push_back({token_list[m], probability_list[m]});
    }
    return choices;
}

}  // namespace seed
