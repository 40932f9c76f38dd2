#include "simt/simt.h"
#include "tests/simt/correct_kernels.h"

namespace seed {
namespace {

__device__ int global_index() { return int(blockIdx.x * blockDim.x + threadIdx.x); }

}  // namespace

static __global__ void twice(float* y, const float* x, int n) {
    const int i = global_index();
    if (i < n) y[i] = 2 * __ldg(&x[i]);
}

// A tree of additions in dynamic shared memory
static __global__ void sum_of_block(float* y, const float* x, int n) {
    SIMT_DYNAMIC_SHARED(float, s);
    const int i = global_index();
    s[threadIdx.x] = i < n ? x[i] : 0;
    __syncthreads();
    for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) s[threadIdx.x] += s[threadIdx.x + half];
        __syncthreads();
    }
    if (i < n) y[i] = s[0];
}

// y = x transposed, (64, 32) to (32, 64), through a tile with a padded column
template <int Tile>
static __global__ void transpose(float* y, const float* x) {
    SIMT_SHARED(float, tile, [Tile][Tile + 1]);
    const int row = int(blockIdx.y) * Tile;
    const int col = int(blockIdx.x) * Tile;
    tile[threadIdx.y][threadIdx.x] = x[(row + threadIdx.y) * 32 + col + threadIdx.x];
    __syncthreads();
    y[(col + threadIdx.y) * 64 + row + threadIdx.x] = tile[threadIdx.x][threadIdx.y];
}

template <int Tile>
static void run_transpose(float* y, const float* x, int) {
    simt::launch<transpose<Tile>>({dim3(32 / Tile, 64 / Tile), dim3(Tile, Tile)}, y, x);
}

static __global__ void count_in_shared(float* y, const float* x, int n) {
    SIMT_SHARED(int, counts, [8]);
    if (threadIdx.x < 8) counts[threadIdx.x] = 0;
    __syncthreads();
    for (int i = int(threadIdx.x); i < n; i += int(blockDim.x)) atomicAdd(&counts[int(x[i])], 1);
    __syncthreads();
    for (int i = int(threadIdx.x); i < n; i += int(blockDim.x)) y[i] = float(counts[int(x[i])]);
}

// All blocks add to the same few words, which begin at zero
static __global__ void add_from_all_blocks(float* y, const float* x, int n) {
    const int i = global_index();
    if (i < n) atomicAdd(&y[i % 8], x[i]);
}

static void run_add_from_all_blocks(float* y, const float* x, int n) {
    SIMT_CHECK_CALL(cudaMemset(y, 0, std::size_t(n) * sizeof(float)));
    simt::launch<add_from_all_blocks>({(n + 63) / 64, 64}, y, x, n);
}

static __global__ void count_at_barrier(float* y, const float* x, int n) {
    const int i = global_index();
    const int even = __syncthreads_count(i < n && int(x[i]) % 2 == 0);
    const int any = __syncthreads_or(i < n && x[i] > 100);
    const int all = __syncthreads_and(i >= n || x[i] < 100);
    if (i < n) y[i] = float(even) + 1000.0f * float(any) + 0.5f * float(all);
}

static __global__ void by_fours(float* y, const float* x, int n) {
    const int i = global_index();
    if (4 * i >= n) return;
    float4 v = reinterpret_cast<const float4*>(x)[i];
    v = make_float4(v.w, v.z, v.y, v.x);
    reinterpret_cast<float4*>(y)[i] = v;
}

// Neighbours meet in single bytes of a word
static __global__ void through_bytes(float* y, const float* x, int n) {
    SIMT_SHARED(unsigned char, s, [64]);
    const int i = global_index();
    s[threadIdx.x] = static_cast<unsigned char>(i < n ? x[i] : 0);
    __syncthreads();
    if (i < n) y[i] = float(s[threadIdx.x ^ 1]);
}

// Each thread takes a ticket; who has which is open, that all are given out is not
static __global__ void tickets(float* y, const float*, int n) {
    SIMT_SHARED(unsigned, next, [1]);
    SIMT_SHARED(int, taken, [64]);
    if (threadIdx.x == 0) next[0] = 0;
    __syncthreads();
    taken[atomicInc(&next[0], 1000u)] = int(threadIdx.x);
    __syncthreads();
    const int i = global_index();
    const int owner = taken[threadIdx.x];
    if (i < n)
        y[i] = atomicCAS(&next[0], 64u, 64u) == 64u && owner >= 0 && owner < 64 ? 1.0f : 0.0f;
}

template <auto Kernel, int Block = 64>
static void run(float* y, const float* x, int n) {
    simt::launch<Kernel>({(n + Block - 1) / Block, Block}, y, x, n);
}
static void run_sum_of_block(float* y, const float* x, int n) {
    simt::launch<sum_of_block>({(n + 63) / 64, 64, 64 * sizeof(float)}, y, x, n);
}
static void run_count_in_shared(float* y, const float* x, int n) {
    simt::launch<count_in_shared>({1, 96}, y, x, n);
}

std::vector<CorrectKernel> correct_block_kernels() {
    using X = const std::vector<float>&;
    const auto transposed = [](X x, int i) { return x[i % 64 * 32 + i / 64]; };
    return {
        {"twice", 20000, run<twice>, [](X x, int i) { return 2 * x[i]; }},
        {"sum_of_block", 1000, run_sum_of_block,
         [](X x, int i) { return sum_of(x, i / 64 * 64, i / 64 * 64 + 64); }},
        {"transpose<8>", 2048, run_transpose<8>, transposed},
        {"transpose<32>", 2048, run_transpose<32>, transposed},
        {"count_in_shared", 1000, run_count_in_shared,
         [](X x, int i) {
             float count = 0;
             for (float value : x) count += value == x[i];
             return count;
         }},
        {"add_from_all_blocks", 1000, run_add_from_all_blocks,
         [](X x, int i) {
             float sum = 0;
             for (int k = i; k < int(x.size()); k += 8) sum += x[k];
             return i < 8 ? sum : 0;
         }},
        {"count_at_barrier", 333, run<count_at_barrier>,
         [](X x, int i) {
             float even = 0.5f;
             for (int k = i / 64 * 64; k < i / 64 * 64 + 64 && k < int(x.size()); ++k) {
                 even += int(x[k]) % 2 == 0;
             }
             return even;
         }},
        {"by_fours", 1000, run<by_fours>, [](X x, int i) { return x[i / 4 * 4 + 3 - i % 4]; }},
        {"through_bytes", 640, run<through_bytes>, [](X x, int i) { return x[i ^ 1]; }},
        {"tickets", 640, run<tickets>, [](X, int) { return 1.0f; }},
    };
}

}  // namespace seed
