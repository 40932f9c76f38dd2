#include <stdexcept>

#include "simt/simt.h"
#include "tests/simt/wrong_kernels_emulated.h"

namespace seed {

static __global__ void skipped_barrier(float* x) {
    if (threadIdx.x < 40) __syncthreads();  // A: skipped_barrier
    x[threadIdx.x] = 1;
}

static __global__ void two_barriers(float* x) {
    if (threadIdx.x % 2 == 0) {
        __syncthreads();  // A: two_barriers
    } else {
        x[threadIdx.x] = 1;
        __syncthreads();  // B: two_barriers
    }
}

static __global__ void returned_early(float* x) {
    if (threadIdx.x >= 48) return;
    x[threadIdx.x] = 1;
    __syncthreads();  // A: returned_early
}

static __global__ void absent_lanes(float* x) {
    if (threadIdx.x >= 20) return;
    x[threadIdx.x] = __shfl_xor_sync(~0u, x[threadIdx.x], 1);  // A: absent_lanes
}

static __global__ void block_of_20(float* x) {
    x[threadIdx.x] = __shfl_down_sync(~0u, x[threadIdx.x], 4);  // A: block_of_20
}

static __global__ void reduction_of_absent_lanes(float* x) {
    if (threadIdx.x % 32 == 31) return;
    x[threadIdx.x] = float(__reduce_add_sync(~0u, 1));  // A: reduction_of_absent_lanes
}

static __global__ void mask_without_caller(float* x) {
    x[threadIdx.x] = __shfl_sync(0xffffu, x[threadIdx.x], 0);  // A: mask_without_caller
}

static __global__ void source_outside_mask(float* x) {
    if (threadIdx.x >= 16) return;
    x[threadIdx.x] = __shfl_sync(0xffffu, x[threadIdx.x], 20);  // A: source_outside_mask
}

static __global__ void different_operations(float* x) {
    if (threadIdx.x % 32 < 16) {
        x[threadIdx.x] = float(__ballot_sync(~0u, 1));  // A: different_operations
    } else {
        x[threadIdx.x] = __shfl_sync(~0u, 1.0f, 0);  // B: different_operations
    }
}

static __global__ void same_operation_two_lines(float* x) {
    if (threadIdx.x % 32 < 16) {
        x[threadIdx.x] = __shfl_sync(~0u, 1.0f, 0);  // A: same_operation_two_lines
    } else {
        x[threadIdx.x] = __shfl_sync(~0u, 2.0f, 0);  // B: same_operation_two_lines
    }
}

static __global__ void lane_gone_to_barrier(float* x) {
    if (threadIdx.x != 5) x[threadIdx.x] = __shfl_sync(~0u, 1.0f, 0);  // A: lane_gone_to_barrier
    __syncthreads();                                                   // B: lane_gone_to_barrier
}

static __global__ void lost_lane(float* x) {
    if (threadIdx.x == 5) __syncwarp(0x21);  // A: lost_lane
    if (threadIdx.x == 0) __syncwarp(0x23);  // B: lost_lane
    if (threadIdx.x == 1) __syncwarp(0x03);
    x[threadIdx.x] = 1;
}

static __global__ void too_much_shared(float* x) {
    SIMT_SHARED(float, first, [8192]);   // 32 KiB
    SIMT_SHARED(float, second, [4097]);  // and 16 KiB and 4 bytes
    first[threadIdx.x] = second[threadIdx.x] = x[threadIdx.x];
}

static __global__ void exception(float* x) {
    if (threadIdx.x == 3) throw std::runtime_error("of no use on a GPU");
    x[threadIdx.x] = 1;
}

static __global__ void nothing(float*) {}

template <auto Kernel, int Grid = 1, int Block = 64, int SharedBytes = 0>
static void run(float* x) {
    simt::launch<Kernel>({Grid, Block, SharedBytes}, x);
}

static std::vector<WrongKernel> wrong_barriers() {
    return {
        {"skipped_barrier",
         run<skipped_barrier, 3>,
         {"kernel skipped_barrier: block (",
          "divergent barrier: 40 threads in __syncthreads at @A"
          " (first: thread (0, 0, 0)), 24 threads returned (first: thread (40, 0, 0))"}},
        {"two_barriers",
         run<two_barriers>,
         {"block (0, 0, 0) thread (", "divergent barrier: __syncthreads at ", "@A", "@B",
          "of the block's threads wait in another one"}},
        {"returned_early",
         run<returned_early>,
         {"48 threads in __syncthreads at @A", "16 threads returned (first: thread (48, 0, 0))"}},
        {"lane_gone_to_barrier",
         run<lane_gone_to_barrier>,
         {"block (0, 0, 0): divergent barrier: 33 threads in __syncthreads at @B (first: thread "
          "(5, 0, 0)), 31 threads in __shfl_sync with mask 0xffffffff at @A (first: thread "
          "(0, 0, 0))"}},
        {"lost_lane",
         run<lost_lane>,
         {"divergent warp operation: 3 threads in __syncwarp with mask 0x00000023 at @B"}},
    };
}

static std::vector<WrongKernel> wrong_warp_operations() {
    const std::string absent = "(returned, or beyond the block)";
    return {
        {"absent_lanes",
         run<absent_lanes>,
         {"__shfl_sync at @A: its mask 0xffffffff names absent lanes 0x", absent}},
        {"block_of_20",
         run<block_of_20, 1, 20>,
         {"thread (",
          "__shfl_sync at @A: its mask 0xffffffff names absent lanes 0xfff00000 " + absent}},
        {"reduction_of_absent_lanes",
         run<reduction_of_absent_lanes>,
         {"__reduce_add_sync at @A: its mask 0xffffffff names absent lanes 0x80000000 " + absent}},
        {"mask_without_caller",
         run<mask_without_caller>,
         {"__shfl_sync at @A: its mask 0x0000ffff does not name the caller, lane "}},
        {"source_outside_mask",
         run<source_outside_mask>,
         {"__shfl_sync at @A: its mask 0x0000ffff does not name lane 20, which it reads"}},
        {"different_operations",
         run<different_operations>,
         {"__ballot_sync at @A", "meets __", "__shfl_sync at @B", "both with mask 0xffffffff"}},
        {"same_operation_two_lines",
         run<same_operation_two_lines>,
         {"__shfl_sync at @A", "__shfl_sync at @B", "both with mask 0xffffffff"}},
    };
}

static std::vector<WrongKernel> wrong_launches() {
    const std::string threads = "kernel nothing: invalid launch: a block has 1 to 1024 threads";
    return {
        {"too_much_shared",
         run<too_much_shared>,
         {"thread (",
          "shared memory: 49156 bytes, static and dynamic together, are more than "
          "49152 bytes (48 KiB"}},
        {"too_much_shared", run<too_much_shared, 1, 64, 32768>, {"shared memory: 65536 bytes"}},
        {"exception",
         run<exception>,
         {"thread (3, 0, 0): an exception left the kernel: of no use on a GPU"}},
        {"no threads", run<nothing, 1, 0>, {threads, "got (0, 1, 1)"}},
        {"negative threads", run<nothing, 1, -32>, {threads, "got (0, 1, 1)"}},
        {"too many threads", run<nothing, 1, 1025>, {threads, "got (1025, 1, 1)"}},
        {"no blocks", run<nothing, 0>, {"a grid has at least 1 block", "got (0, 1, 1)"}},
        {"too much dynamic shared memory",
         run<nothing, 1, 64, 49153>,
         {"kernel nothing: invalid launch: 49153 bytes of dynamic shared memory are more than "
          "49152"}},
    };
}

std::vector<WrongKernel> wrong_synchronisation() {
    std::vector<WrongKernel> all = wrong_barriers();
    for (const auto& group : {wrong_warp_operations(), wrong_launches()}) {
        all.insert(all.end(), group.begin(), group.end());
    }
    return all;
}

}  // namespace seed
