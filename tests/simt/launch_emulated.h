// Kernels that show how a launch behaves: its limits, its order, its counts.
#pragma once

#include <cstddef>

namespace seed {

// Fills y[0 ... 63] through `bytes` bytes of dynamic shared memory, after asking for them if told
// to.
void launch_with_dynamic_memory(float* y, std::size_t bytes, bool ask);

// order[i] = the thread of one block that took ticket i; tickets[0] counts.
void launch_take_tickets(int* order, unsigned* tickets, int blocks, int threads);

// y (32, 32) = x transposed; the tile in shared memory has 32 + Padding columns
void launch_transpose(float* y, const float* x, bool padded);
// The same without a tile
void launch_naive_transpose(float* y, const float* x);

// Reads x four floats at a time in the first warp
void launch_read_fours(float* y, const float* x);

// y[i] = __activemask() in the even ones of a warp's first 20 lanes, 64 threads; the others have
// left, or do something else
void launch_name_active_lanes(float* y);

}  // namespace seed
