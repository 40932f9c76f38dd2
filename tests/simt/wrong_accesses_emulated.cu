#include "simt/simt.h"
#include "tests/simt/wrong_kernels_emulated.h"

namespace seed {

static __global__ void write_beyond_end(float* x) {
    x[threadIdx.x + 1] = 1;  // A: write_beyond_end
}

static __global__ void read_before_begin(float* x) {
    const float before = x[int(threadIdx.x) - 1];  // A: read_before_begin
    if (before != 0) x[threadIdx.x] = before;
}

static __global__ void shared_beyond_end(float* x) {
    SIMT_SHARED(float, s, [64]);
    s[threadIdx.x + 1] = 1;  // A: shared_beyond_end
    __syncthreads();
    x[threadIdx.x] = s[threadIdx.x];
}

static __global__ void no_dynamic_memory(float* x) {
    SIMT_DYNAMIC_SHARED(float, s);
    s[threadIdx.x] = x[threadIdx.x];  // A: no_dynamic_memory
}

static __global__ void read_pointer(float* x, const float* from) {
    x[threadIdx.x] = from[threadIdx.x];  // A: read_pointer
}

static __global__ void never_written_shared(float* x) {
    SIMT_SHARED(float, s, [64]);
    if (threadIdx.x < 32) s[threadIdx.x] = 1;
    __syncthreads();
    x[threadIdx.x] = s[threadIdx.x];  // A: never_written_shared
}

static __global__ void misaligned(float* x) {
    const float4 v = *reinterpret_cast<float4*>(x + 4 * threadIdx.x + 1);  // A: misaligned
    x[threadIdx.x] = v.x + v.y + v.z + v.w;
}

static __global__ void across_end(float* x) {
    double* wide = reinterpret_cast<double*>(x);
    wide[threadIdx.x] = 1;  // A: across_end
}

static __global__ void atomic_beyond_end(float* x) {
    atomicAdd(&x[threadIdx.x + 60], 1.0f);  // A: atomic_beyond_end
}

template <auto Kernel, int Block = 64>
static void run(float* x) {
    simt::launch<Kernel>({1, Block}, x);
}

static void read_host_memory(float* x) {
    const std::vector<float> on_host(64);
    simt::launch<read_pointer>({1, 64}, x, on_host.data());
}

static void read_freed_memory(float* x) {
    float* freed = nullptr;
    SIMT_CHECK_CALL(cudaMalloc(&freed, 64 * sizeof(float)));
    SIMT_CHECK_CALL(cudaMemset(freed, 0, 64 * sizeof(float)));
    SIMT_CHECK_CALL(cudaFree(freed));
    simt::launch<read_pointer>({1, 64}, x, freed);
}

static void read_new_memory(float* x) {
    float* fresh = nullptr;
    SIMT_CHECK_CALL(cudaMalloc(&fresh, 64 * sizeof(float)));
    SIMT_CHECK_CALL(cudaMemset(fresh, 0, 60 * sizeof(float)));
    simt::launch<read_pointer>({1, 64}, x, fresh);
}

static void write_odd_size(float*) {
    float* small = nullptr;
    SIMT_CHECK_CALL(cudaMalloc(&small, 5 * sizeof(float)));
    simt::launch<across_end>({1, 3}, small);
}

std::vector<WrongKernel> wrong_accesses() {
    return {
        {"write_beyond_end",
         run<write_beyond_end>,
         {"kernel write_beyond_end: block (0, 0, 0) thread (63, 0, 0): invalid write of 4 bytes at "
          "@A: 0x",
          ", 0 bytes beyond the end of a device allocation of 256 bytes"}},
        {"read_before_begin",
         run<read_before_begin>,
         {"thread (0, 0, 0): invalid read of 4 bytes at @A: 0x"}},
        {"shared_beyond_end",
         run<shared_beyond_end>,
         {"thread (63, 0, 0): invalid write of 4 bytes at @A",
          "0 bytes beyond the end of a shared array of 256 bytes"}},
        {"no_dynamic_memory",
         run<no_dynamic_memory>,
         {"invalid write of 4 bytes at @A", "beyond the end of a shared array of 0 bytes"}},
        {"read_pointer",
         read_host_memory,
         {"invalid read of 4 bytes at @A: 0x", ", which is no device memory"}},
        {"read_pointer",
         read_freed_memory,
         {"invalid read of 4 bytes at @A: in freed device memory"}},
        {"read_pointer",
         read_new_memory,
         {"thread (6", "read of 4 bytes at @A of device memory that was never written: byte 24",
          "of a device allocation of 256 bytes"}},
        {"never_written_shared",
         run<never_written_shared>,
         {"read of 4 bytes at @A of shared memory that was never written: byte "}},
        {"misaligned", run<misaligned, 8>, {"invalid read of 16 bytes at @A: misaligned, byte "}},
        {"across_end",
         write_odd_size,
         {"thread (2, 0, 0): invalid write of 8 bytes at @A: from byte 16 it leaves a device "
          "allocation of 20 bytes"}},
        {"atomic_beyond_end",
         run<atomic_beyond_end, 8>,
         {"invalid atomic of 4 bytes at @A", "beyond the end of a device allocation"}},
    };
}

}  // namespace seed
