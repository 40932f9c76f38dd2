// simt.h under nvcc: CUDA itself, plus the launch and the two shared memory macros.
#pragma once

#include <cuda_runtime.h>

// In the `cuda` build plain .cpp files may use the runtime API through simt.h, but not launch.

#include "simt/launch_shape.h"

#ifdef __CUDACC__

#define SIMT_SHARED(type, name, ...) __shared__ type name __VA_ARGS__

#define SIMT_DYNAMIC_SHARED(type, name)                                          \
    extern __shared__ __align__(16) unsigned char simt_dynamic_shared_memory_[]; \
    type* const name = reinterpret_cast<type*>(simt_dynamic_shared_memory_)

namespace simt {

// [simt.native_launch]
// An error inside the kernel shows at the next synchronising call, as always in CUDA;
// CUDA_LAUNCH_BLOCKING=1 in the environment brings it here.
template <auto Kernel, class... Arguments>
void launch(LaunchShape shape, Arguments... arguments) {
    Kernel<<<shape.grid, shape.block, shape.shared_bytes>>>(arguments...);
    check_launch(cudaGetLastError(), shape, __PRETTY_FUNCTION__);
}
// [/simt.native_launch]

}  // namespace simt

#endif
