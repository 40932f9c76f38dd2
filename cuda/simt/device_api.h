// What a thread of a kernel can do beyond plain C++: know its place, share memory, wait for the
// block, exchange registers within its warp, and change memory atomically.
#pragma once

#include <bit>
#include <type_traits>

#include "simt/atomics.h"
#include "simt/shared_memory.h"
#include "simt/vector_types.h"
#include "simt/warp.h"

#define __global__
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
// The plain form escapes the poison and the checks, so it does not compile: use SIMT_SHARED.
#define __shared__ static_assert(false, "use SIMT_SHARED(type, name, [sizes])");

// [simt.place]
// Where the running thread stands. The scheduler sets them before it lets a thread go on; each
// operating system thread has its own.
constinit inline thread_local uint3 threadIdx{};
constinit inline thread_local uint3 blockIdx{};
constinit inline thread_local dim3 blockDim{};
constinit inline thread_local dim3 gridDim{};
inline constexpr int warpSize = 32;
// [/simt.place]

#define SIMT_HERE simt::Location where = simt::Location::current()

// Barriers: every thread of the block waits until all of them have come.
inline void __syncthreads(SIMT_HERE) { simt::block_barrier(0, where); }
inline int __syncthreads_count(int p, SIMT_HERE) { return simt::block_barrier(p, where); }
inline int __syncthreads_or(int p, SIMT_HERE) { return simt::block_barrier(p, where) != 0; }
inline int __syncthreads_and(int p, SIMT_HERE) { return simt::block_barrier(!p, where) == 0; }

// The same for the lanes named in the mask: one bit per lane of the warp.
inline void __syncwarp(unsigned mask = ~0u, SIMT_HERE) {
    simt::warp_operation(simt::WarpOperation::sync, mask, 0, 0, where);
}

// Shuffles: a register of another lane of the same group of `width` lanes (a power of two). A lane
// whose source would lie outside its group gets its own value back.
template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32, SIMT_HERE) {
    const int group = simt::lane() & ~(width - 1);
    return simt::shuffle(mask, value, group | (source & (width - 1)), where);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, SIMT_HERE) {
    const int source = simt::lane() ^ bits;
    const bool inside = (source & ~(width - 1)) <= (simt::lane() & ~(width - 1)) && source < 32;
    return simt::shuffle(mask, value, inside ? source : simt::lane(), where);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned distance, int width = 32, SIMT_HERE) {
    const bool inside = unsigned(simt::lane() & (width - 1)) + distance < unsigned(width);
    return simt::shuffle(mask, value, simt::lane() + (inside ? int(distance) : 0), where);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned distance, int width = 32, SIMT_HERE) {
    const bool inside = unsigned(simt::lane() & (width - 1)) >= distance;
    return simt::shuffle(mask, value, simt::lane() - (inside ? int(distance) : 0), where);
}

// Votes: one bit per lane.
inline unsigned __ballot_sync(unsigned mask, int predicate, SIMT_HERE) {
    return unsigned(
        simt::warp_operation(simt::WarpOperation::vote, mask, predicate != 0, 0, where));
}
inline int __any_sync(unsigned mask, int p, SIMT_HERE) {
    return __ballot_sync(mask, p, where) != 0;
}
inline int __all_sync(unsigned mask, int p, SIMT_HERE) {
    return __ballot_sync(mask, !p, where) == 0;
}
// The lanes that stand here together: those that have neither returned nor gone another way.
inline unsigned __activemask(SIMT_HERE) { return simt::active_lanes(where); }

// Reductions over the lanes of the mask; every one of them gets the result.
#define SIMT_REDUCE(type, name, kind)                                          \
    inline type __reduce_##name##_sync(unsigned mask, type value, SIMT_HERE) { \
        return simt::reduce(simt::WarpOperation::kind, mask, value, where);    \
    }
SIMT_REDUCE(int, add, reduce_add)
SIMT_REDUCE(unsigned, add, reduce_add)
SIMT_REDUCE(int, min, reduce_min_signed)
SIMT_REDUCE(unsigned, min, reduce_min)
SIMT_REDUCE(int, max, reduce_max_signed)
SIMT_REDUCE(unsigned, max, reduce_max)
SIMT_REDUCE(unsigned, and, reduce_and)
SIMT_REDUCE(unsigned, or, reduce_or)
SIMT_REDUCE(unsigned, xor, reduce_xor)
#undef SIMT_REDUCE

// A load through the read-only cache
template <class T>
T __ldg(const T* address) {
    return *address;
}
