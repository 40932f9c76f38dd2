// How many threads a launch starts, how much shared memory each block gets, and who asked.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "simt/location.h"

#if defined(__CUDACC__) || defined(SIMT_NATIVE)
#include <cuda_runtime.h>
#else
#include "simt/runtime_api.h"
#endif

namespace simt {

// A grid's or block's sizes: a dim3 or one whole number of any integer type.
struct Extent {
    dim3 size;

    Extent(dim3 sizes) : size(sizes) {}
    // What no launch could use becomes 0 and is refused by the launch, not wrapped around
    Extent(std::integral auto count)
        : size(count > 0 && std::uint64_t(count) <= 0x7fffffff ? unsigned(count) : 0) {}
};

struct LaunchShape {
    dim3 grid;
    dim3 block;
    std::size_t shared_bytes;
    Location where;

    LaunchShape(Extent grid_, Extent block_, std::size_t dynamic_shared_bytes = 0,
                Location location = Location::current())
        : grid(grid_.size),
          block(block_.size),
          shared_bytes(dynamic_shared_bytes),
          where(location) {}
};

// The compiler's spelling of a function that has the kernel as its template argument; kernel_name
// takes the kernel's name out of it.
std::string kernel_name(std::string_view pretty_function);

// Throws seed::Error "FILE:LINE: kernel NAME: launch failed: ..." unless `error` is cudaSuccess.
void check_launch(cudaError_t error, const LaunchShape& shape, std::string_view pretty_function);

// Throws seed::Error "FILE:LINE: CALL: ..." unless `error` is cudaSuccess.
void check_call(cudaError_t error, const char* call, Location where = Location::current());

}  // namespace simt
