// log(sum_v exp(z[v])) of a row of logits in double: what turns a logit into a log probability.
#pragma once

#include <cmath>

#include "core/array.h"
#include "simt/simt.h"

namespace seed {

// log p[v] = z[v] - lse; the most probable token has largest - lse.
struct LogSumExp {
    double largest, lse;
};

// [log_softmax.thread_per_row]
__device__ inline LogSumExp log_sum_exp_in_thread(const float* z, Index vocabulary) {
    double largest = -INFINITY;
    for (Index v = 0; v < vocabulary; ++v) largest = fmax(largest, double(z[v]));
    double sum = 0;
    for (Index v = 0; v < vocabulary; ++v) sum += exp(double(z[v]) - largest);
    return {largest, largest + log(sum)};
}
// [/log_softmax.thread_per_row]

// [log_softmax.warp_reductions]
__device__ inline double warp_max(double x) {
    for (int d = 16; d > 0; d /= 2) x = fmax(x, __shfl_xor_sync(0xffffffffu, x, d));
    return x;
}

// Lanes d apart add the same two numbers, so that all lanes end with the same bits.
__device__ inline double warp_sum(double x) {
    for (int d = 16; d > 0; d /= 2) x += __shfl_xor_sync(0xffffffffu, x, d);
    return x;
}
// [/log_softmax.warp_reductions]

// [log_softmax.warp_per_row]
// The 32 lanes share a row: they read neighbouring logits, and each loop ends in a reduction.
__device__ inline LogSumExp log_sum_exp_in_warp(const float* z, Index vocabulary, int lane) {
    double largest = -INFINITY;
    for (Index v = lane; v < vocabulary; v += 32) largest = fmax(largest, double(z[v]));
    largest = warp_max(largest);
    double sum = 0;
    for (Index v = lane; v < vocabulary; v += 32) sum += exp(double(z[v]) - largest);
    return {largest, largest + log(warp_sum(sum))};
}
// [/log_softmax.warp_per_row]

}  // namespace seed
