#include "simt/simt.h"
#include "tests/simt/wrong_kernels_emulated.h"

namespace seed {

static __global__ void missing_barrier(float* x) {
    SIMT_SHARED(float, s, [64]);
    s[threadIdx.x] = 0;
    __syncthreads();
    s[threadIdx.x] = 1;                    // A: missing_barrier
    x[threadIdx.x] = s[threadIdx.x ^ 32];  // B: missing_barrier
}

static __global__ void overwritten_too_early(float* x) {
    SIMT_SHARED(float, s, [64]);
    s[threadIdx.x] = 1;
    __syncthreads();
    x[threadIdx.x] = s[threadIdx.x ^ 1];  // A: overwritten_too_early
    s[threadIdx.x] = 2;                   // B: overwritten_too_early
}

static __global__ void all_write_one(float* x) {
    x[0] = float(threadIdx.x);  // A: all_write_one
}

static __global__ void blocks_meet(float* x) {
    if (threadIdx.x == 0) x[0] = x[0] + 1;  // A: blocks_meet
}

static __global__ void missing_syncwarp(float* x) {
    SIMT_SHARED(float, s, [64]);
    s[threadIdx.x] = 0;
    __syncthreads();
    s[threadIdx.x] = 1;                   // A: missing_syncwarp
    x[threadIdx.x] = s[threadIdx.x ^ 1];  // B: missing_syncwarp
}

static __global__ void syncwarp_of_halves(float* x) {
    SIMT_SHARED(float, s, [64]);
    s[threadIdx.x] = 0;
    __syncthreads();
    s[threadIdx.x] = 1;  // A: syncwarp_of_halves
    __syncwarp(threadIdx.x % 32 < 16 ? 0xffffu : 0xffff0000u);
    x[threadIdx.x] = s[threadIdx.x ^ 16];  // B: syncwarp_of_halves
}

static __global__ void shuffle_is_no_barrier(float* x) {
    SIMT_SHARED(float, s, [64]);
    s[threadIdx.x] = 0;
    __syncthreads();
    s[threadIdx.x] = 1;  // A: shuffle_is_no_barrier
    const float one = __shfl_xor_sync(~0u, 1.0f, 1);
    x[threadIdx.x] = one * s[threadIdx.x ^ 1];  // B: shuffle_is_no_barrier
}

static __global__ void atomic_and_read(float* x) {
    atomicAdd(&x[0], 1.0f);               // A: atomic_and_read
    if (threadIdx.x == 40) x[40] = x[0];  // B: atomic_and_read
}

static __global__ void read_then_atomic(float* x) {
    if (threadIdx.x == 40) x[40] = x[0];  // B: read_then_atomic
    __syncwarp();
    if (threadIdx.x != 40) atomicAdd(&x[0], 1.0f);  // A: read_then_atomic
}

// The reader of the other warp must not be forgotten over those of the writer's own
static __global__ void distant_reader(float* x) {
    SIMT_SHARED(float, s, [2]);
    if (threadIdx.x == 0) s[0] = 1;
    __syncthreads();
    float sum = 0;
    if (threadIdx.x == 32) sum = s[0];  // A: distant_reader
    if (threadIdx.x < 32) sum = s[0];
    __syncwarp();
    if (threadIdx.x < 32) sum += s[0];
    __syncwarp();
    if (threadIdx.x == 0) s[0] = 2;  // B: distant_reader
    x[threadIdx.x] = sum;
}

static __global__ void bytes_of_one_word(float* x) {
    SIMT_SHARED(unsigned char, s, [64]);
    s[threadIdx.x] = 0;
    __syncthreads();
    s[threadIdx.x] = 1;                           // A: bytes_of_one_word
    x[threadIdx.x] = float(s[threadIdx.x ^ 63]);  // B: bytes_of_one_word
}

template <auto Kernel, int Grid = 1, int Block = 64>
static void run(float* x) {
    simt::launch<Kernel>({Grid, Block}, x);
}

// Both orders of the two sides are right: which thread comes first depends on the schedule
std::vector<WrongKernel> wrong_order() {
    const std::string by = "by block (0, 0, 0) thread (";
    const std::string in_shared = "race in shared memory, byte ";
    const std::string in_device = "race in device memory, byte ";
    return {
        {"missing_barrier",
         run<missing_barrier>,
         {"kernel missing_barrier: block (0, 0, 0) thread (", in_shared, "of a shared array of 256",
          "of 4 bytes at ", "@A", "@B", "unordered with the ", by}},
        {"overwritten_too_early",
         run<overwritten_too_early>,
         {in_shared, "@A", "@B", "write", "read", by}},
        {"all_write_one",
         run<all_write_one>,
         {in_device, "write of 4 bytes at @A, unordered with the write at @A " + by}},
        {"blocks_meet",
         run<blocks_meet, 4>,
         {in_device, "of 4 bytes at @A, unordered with the write at @A by block (",
          ", 0, 0) thread (0, 0, 0)"}},
        {"missing_syncwarp", run<missing_syncwarp>, {in_shared, "@A", "@B", by}},
        {"syncwarp_of_halves", run<syncwarp_of_halves>, {in_shared, "@A", "@B", by}},
        {"shuffle_is_no_barrier", run<shuffle_is_no_barrier>, {in_shared, "@A", "@B", by}},
        {"atomic_and_read", run<atomic_and_read>, {in_device, "atomic", "@A", "@B", by}},
        {"read_then_atomic", run<read_then_atomic>, {in_device, "atomic", "@A", "@B", by}},
        {"distant_reader", run<distant_reader>, {in_shared, "unordered with the ", "@A", "@B", by}},
        {"bytes_of_one_word",
         run<bytes_of_one_word>,
         {in_shared, "of 1 bytes at ", "@A", "@B", by}},
    };
}

}  // namespace seed
