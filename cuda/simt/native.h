// simt.h under nvcc: CUDA itself, plus the launch and the two shared memory macros.
#pragma once

#include <cuda_runtime.h>

// In the `cuda` build plain .cpp files may use the runtime API through simt.h, but not launch.

#include "simt/launch_shape.h"

namespace simt {

// Where the launches of this thread go: null, the default stream, unless somebody says otherwise.
inline thread_local cudaStream_t launch_stream = nullptr;

}  // namespace simt

#ifdef __CUDACC__

#define SIMT_SHARED(type, name, ...) __shared__ type name __VA_ARGS__

#define SIMT_DYNAMIC_SHARED(type, name)                                          \
    extern __shared__ __align__(16) unsigned char simt_dynamic_shared_memory_[]; \
    type* const name = reinterpret_cast<type*>(simt_dynamic_shared_memory_)

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800
// Compute capability 7.5 has no instruction for these: each lane adds up the others' values
#define SIMT_REDUCE(type, name, expression)                                           \
    static __device__ inline type __reduce_##name##_sync(unsigned mask, type value) { \
        const int first = __ffs(int(mask)) - 1;                                       \
        type a = __shfl_sync(mask, value, first);                                     \
        for (unsigned rest = mask & (mask - 1); rest != 0; rest &= rest - 1) {        \
            const type b = __shfl_sync(mask, value, __ffs(int(rest)) - 1);            \
            a = expression;                                                           \
        }                                                                             \
        return a;                                                                     \
    }
SIMT_REDUCE(int, add, a + b)
SIMT_REDUCE(unsigned, add, a + b)
SIMT_REDUCE(int, min, b < a ? b : a)
SIMT_REDUCE(unsigned, min, b < a ? b : a)
SIMT_REDUCE(int, max, a < b ? b : a)
SIMT_REDUCE(unsigned, max, a < b ? b : a)
SIMT_REDUCE(unsigned, and, a& b)
SIMT_REDUCE(unsigned, or, a | b)
SIMT_REDUCE(unsigned, xor, a ^ b)
#undef SIMT_REDUCE
#endif

namespace simt {

// [simt.native_launch]
// An error inside the kernel shows at the next synchronising call, as always in CUDA;
// CUDA_LAUNCH_BLOCKING=1 in the environment brings it here.
template <auto Kernel, class... Arguments>
void launch(LaunchShape shape, Arguments... arguments) {
    Kernel<<<shape.grid, shape.block, shape.shared_bytes, launch_stream>>>(arguments...);
    check_launch(cudaGetLastError(), shape, __PRETTY_FUNCTION__);
}
// [/simt.native_launch]

}  // namespace simt

#endif
