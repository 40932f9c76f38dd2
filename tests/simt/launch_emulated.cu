#include "simt/simt.h"
#include "tests/simt/launch_emulated.h"

namespace seed {

static __global__ void through_dynamic_memory(float* y) {
    SIMT_DYNAMIC_SHARED(float, s);
    s[threadIdx.x] = float(threadIdx.x);
    __syncthreads();
    y[threadIdx.x] = s[63 - threadIdx.x];
}

void launch_with_dynamic_memory(float* y, std::size_t bytes, bool ask) {
    if (ask) {
        SIMT_CHECK_CALL(cudaFuncSetAttribute(
            through_dynamic_memory, cudaFuncAttributeMaxDynamicSharedMemorySize, int(bytes)));
    }
    simt::launch<through_dynamic_memory>({1, 64, bytes}, y);
}

static __global__ void take_tickets(int* order, unsigned* tickets) {
    const int thread = int(blockIdx.x * blockDim.x + threadIdx.x);
    order[atomicAdd(&tickets[0], 1u)] = thread;
}

void launch_take_tickets(int* order, unsigned* tickets, int blocks, int threads) {
    SIMT_CHECK_CALL(cudaMemset(tickets, 0, sizeof(unsigned)));
    simt::launch<take_tickets>({blocks, threads}, order, tickets);
}

template <int Padding>
static __global__ void transpose(float* y, const float* x) {
    SIMT_SHARED(float, tile, [32][32 + Padding]);
    tile[threadIdx.y][threadIdx.x] = x[32 * threadIdx.y + threadIdx.x];  // A: transpose
    __syncthreads();
    y[32 * threadIdx.y + threadIdx.x] = tile[threadIdx.x][threadIdx.y];  // B: transpose
}

void launch_transpose(float* y, const float* x, bool padded) {
    if (padded) {
        simt::launch<transpose<1>>({1, dim3(32, 32)}, y, x);
    } else {
        simt::launch<transpose<0>>({1, dim3(32, 32)}, y, x);
    }
}

static __global__ void naive_transpose(float* y, const float* x) {
    const float value = x[32 * threadIdx.y + threadIdx.x];
    y[32 * threadIdx.x + threadIdx.y] = value;  // A: naive_transpose
}

void launch_naive_transpose(float* y, const float* x) {
    simt::launch<naive_transpose>({1, dim3(32, 32)}, y, x);
}

static __global__ void read_fours(float* y, const float* x) {
    const float4 v = reinterpret_cast<const float4*>(x)[threadIdx.x];
    y[threadIdx.x] = v.x + v.y + v.z + v.w;
}

void launch_read_fours(float* y, const float* x) { simt::launch<read_fours>({1, 32}, y, x); }

static __global__ void name_active_lanes(float* y) {
    if (threadIdx.x % 32 >= 20) return;
    if (threadIdx.x % 2 == 0) y[threadIdx.x] = float(__activemask());
    __syncwarp(0xfffff);
}

void launch_name_active_lanes(float* y) { simt::launch<name_active_lanes>({1, 64}, y); }

}  // namespace seed
