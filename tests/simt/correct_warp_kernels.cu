#include "simt/simt.h"
#include "tests/simt/correct_kernels.h"

namespace seed {
namespace {

__device__ int global_index() { return int(blockIdx.x * blockDim.x + threadIdx.x); }

// Sum of x over the `width` numbers around i, as a group of lanes has it
float group_sum(const std::vector<float>& x, int i, int width) {
    return sum_of(x, i / width * width, (i / width + 1) * width);
}

}  // namespace

static __global__ void butterfly(float* y, const float* x, int n) {
    const int i = global_index();
    float sum = i < n ? x[i] : 0;
    for (int bits = 16; bits > 0; bits /= 2) sum += __shfl_xor_sync(~0u, sum, bits);
    if (i < n) y[i] = sum;
}

// The lower half adds up, the upper half is elsewhere
static __global__ void half_warp(float* y, const float* x, int n) {
    const int i = global_index();
    float sum = i < n ? x[i] : 0;
    if (threadIdx.x % 32 < 16) {
        for (int bits = 8; bits > 0; bits /= 2) sum += __shfl_xor_sync(0xffffu, sum, bits);
    }
    if (i < n) y[i] = sum;
}

static __global__ void groups_of_eight(float* y, const float* x, int n) {
    const int i = global_index();
    float sum = i < n ? x[i] : 0;
    for (int step = 4; step > 0; step /= 2) sum += __shfl_down_sync(~0u, sum, step, 8);
    sum = __shfl_sync(~0u, sum, 0, 8);
    if (i < n) y[i] = sum;
}

static __global__ void prefix_in_warp(float* y, const float* x, int n) {
    const int i = global_index();
    float sum = i < n ? x[i] : 0;
    for (unsigned step = 1; step < 32; step *= 2) {
        const float before = __shfl_up_sync(~0u, sum, step);
        if (threadIdx.x % 32 >= step) sum += before;
    }
    if (i < n) y[i] = sum;
}

// Every pair of lanes for itself, 16 masks at once: neighbours, and lanes 16 apart
static __global__ void pairs(float* y, const float* x, int n) {
    const int i = global_index();
    const unsigned lane = threadIdx.x % 32;
    float sum = i < n ? x[i] : 0;
    const unsigned neighbours = 3u << (lane & ~1u), across = 0x10001u << lane % 16;
    sum += __shfl_xor_sync(neighbours, sum, 1);
    sum += __shfl_xor_sync(across, sum, 16);
    if (i < n) y[i] = sum;
}

// Twelve masks of one lane, one of 7 and one of 13
static __global__ void parts_of_any_size(float* y, const float* x, int n) {
    const int i = global_index();
    const unsigned lane = threadIdx.x % 32;
    const int value = i < n ? int(x[i]) : 0;
    const unsigned mask = lane < 12 ? 1u << lane : lane < 19 ? 0x7f000u : 0xfff80000u;
    const int sum = __reduce_add_sync(mask, value);
    __syncwarp(mask);
    if (i < n) y[i] = float(sum);
}

// Lanes beyond the end leave first. Who stays is said before; __activemask() would name those that
// happen to stand together, which a GPU does not promise to be all of them.
static __global__ void early_exit(float* y, const float* x, int n) {
    const int i = global_index();
    const unsigned mask = __ballot_sync(~0u, i < n);
    if (i >= n) return;
    y[i] = float(__reduce_add_sync(mask, int(x[i])));
    __syncwarp(mask);
}

static __global__ void votes(float* y, const float* x, int n) {
    const int i = global_index();
    if (i >= n) return;
    // Of absent lanes a vote takes no notice
    const unsigned even = __ballot_sync(~0u, int(x[i]) % 2 == 0);
    const int any = __any_sync(~0u, x[i] > 100);
    const int all = __all_sync(~0u, x[i] < 100);
    y[i] = float(__popc(even)) + 1000.0f * float(any) + 100.0f * float(all);
}

static __global__ void exchange_through_memory(float* y, const float* x, int n) {
    SIMT_SHARED(float, s, [128]);
    const int i = global_index();
    s[threadIdx.x] = i < n ? x[i] : 0;
    __syncwarp();
    const float other = s[threadIdx.x ^ 1];
    __syncwarp();
    s[threadIdx.x] = other;
    if (i < n) y[i] = s[threadIdx.x];
}

// Each half of the warp orders its own part of memory
static __global__ void syncwarp_of_halves(float* y, const float* x, int n) {
    SIMT_SHARED(float, s, [128]);
    const int i = global_index();
    s[threadIdx.x] = i < n ? x[i] : 0;
    const unsigned half = threadIdx.x % 32 < 16 ? 0xffffu : 0xffff0000u;
    __syncwarp(half);
    const float other = s[threadIdx.x ^ 8];
    if (i < n) y[i] = other;
}

static __global__ void min_and_max(float* y, const float* x, int n) {
    const int i = global_index();
    const int value = i < n ? int(x[i]) : 0;
    const int low = __reduce_min_sync(~0u, value - 5);
    const unsigned high = __reduce_max_sync(~0u, unsigned(value));
    const unsigned bits = __reduce_or_sync(~0u, 1u << threadIdx.x % 32);
    if (i < n) y[i] = float(low) + 100.0f * float(high) + (bits == ~0u ? 0.0f : 0.5f);
}

template <auto Kernel>
static void run(float* y, const float* x, int n) {
    simt::launch<Kernel>({(n + 127) / 128, 128}, y, x, n);
}

std::vector<CorrectKernel> correct_warp_kernels() {
    using X = const std::vector<float>&;
    return {
        {"butterfly", 1000, run<butterfly>, [](X x, int i) { return group_sum(x, i, 32); }},
        {"half_warp", 1000, run<half_warp>,
         [](X x, int i) { return i % 32 < 16 ? group_sum(x, i, 16) : x[i]; }},
        {"groups_of_eight", 1000, run<groups_of_eight>,
         [](X x, int i) { return group_sum(x, i, 8); }},
        {"prefix_in_warp", 333, run<prefix_in_warp>,
         [](X x, int i) {
             float sum = 0;
             for (int k = i / 32 * 32; k <= i; ++k) sum += x[k];
             return sum;
         }},
        {"pairs", 1000, run<pairs>,
         [](X x, int i) { return group_sum(x, i, 2) + group_sum(x, i ^ 16, 2); }},
        {"parts_of_any_size", 512, run<parts_of_any_size>,
         [](X x, int i) {
             const int warp = i / 32 * 32, lane = i % 32;
             if (lane < 12) return x[i];
             return lane < 19 ? sum_of(x, warp + 12, warp + 19) : sum_of(x, warp + 19, warp + 32);
         }},
        {"early_exit", 333, run<early_exit>, [](X x, int i) { return group_sum(x, i, 32); }},
        {"votes", 333, run<votes>,
         [](X x, int i) {
             float even = 0;
             for (int k = i / 32 * 32; k < i / 32 * 32 + 32 && k < int(x.size()); ++k) {
                 even += int(x[k]) % 2 == 0;
             }
             return even + 100;
         }},
        {"exchange_through_memory", 512, run<exchange_through_memory>,
         [](X x, int i) { return x[i ^ 1]; }},
        {"syncwarp_of_halves", 512, run<syncwarp_of_halves>, [](X x, int i) { return x[i ^ 8]; }},
        {"min_and_max", 512, run<min_and_max>,
         [](X x, int i) {
             float low = 1000, high = 0;
             for (int k = i / 32 * 32; k < i / 32 * 32 + 32; ++k) {
                 low = x[k] < low ? x[k] : low;
                 high = x[k] > high ? x[k] : high;
             }
             return low - 5 + 100 * high;
         }},
    };
}

}  // namespace seed
