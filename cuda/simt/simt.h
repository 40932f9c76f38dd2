// The one header of every kernel file: the same source runs on a GPU and on this computer.
//
// Compiled by nvcc, the names below are CUDA's own and a launch is <<<grid, block, shared>>>.
// Compiled by g++ or clang, the folder cuda/simt plays the GPU:
//
//   grid    the blocks of one launch. They share nothing but device memory and run in any order:
//           here on a few operating system threads, one block at a time on each (launch.h)
//   block   up to 1,024 threads that share memory and can wait for each other; here each is a
//           function call that is given a stack of its own once it has to wait (block_scheduler.h)
//   warp    32 threads of a block that step together and can read each other's registers (warp.h)
//
// What a kernel file may use is listed in device_api.h (threads, barriers, warps, atomics),
// intrinsics.h (bits and maths), runtime_api.h (memory, copies) and graph.h; cublas.h has the
// products.
//
//   static __global__ void scale(float* y, const float* x, int n) {
//       const int i = blockIdx.x * blockDim.x + threadIdx.x;
//       if (i < n) y[i] = 2 * x[i];
//   }
//   simt::launch<scale>({(n + 255) / 256, 256}, y, x, n);
//
//   SIMT_SHARED(float, tile, [32][33]);   a shared array; plain __shared__ would escape the checks
//   SIMT_DYNAMIC_SHARED(float, row);      pointer to the launch's dynamic shared memory
//   SIMT_CHECK_CALL(cudaMalloc(&p, n));   throws seed::Error with the call, its file and line
//
// Kernels are `static`, and not `inline` unless they are templates. A launch that fails throws
// seed::Error "FILE:LINE: kernel NAME: ...".
//
// What the emulator cannot know: speed on a GPU, ptxas, weak memory ordering, occupancy,
// asynchronous copies and streams (here every call ends before it returns), the last bit of
// approximate intrinsics such as __expf, which lanes __activemask finds together, and what C++
// leaves open, such as int(3e9f): see chapters/00_start_here.md.
#pragma once

#if defined(__CUDACC__) || defined(SIMT_NATIVE)
#include "simt/native.h"
#else
#include "simt/device_api.h"
#include "simt/graph.h"
#include "simt/intrinsics.h"
#include "simt/launch.h"
#endif

#define SIMT_CHECK_CALL(call) ::simt::check_call((call), #call)
