// Six kernels to begin with (chapters/00b_first_kernels.md). Each shows one idea of how a GPU works,
// and is an exercise: the lines between its [exercise] marks are the reader's to write.
#pragma once

#include "core/device_array.h"

namespace seed {

// y[i] = 2 x[i] + 1 in one block with a thread for each element. x and y (1, N), 1 <= N <= 1024.
void double_and_add_one_block(DeviceView<float> y, DeviceView<const float> x);

// The same for any N, in blocks of 256 threads: the last one has threads without an element.
void double_and_add_guarded(DeviceView<float> y, DeviceView<const float> x);

// y[i] += a x[i] with 4 blocks of 64 threads, however many elements there are. x and y (1, N).
void add_scaled_grid_stride(DeviceView<float> y, DeviceView<const float> x, float a);

// sums[n] = sum_c x[n,c], a block of 128 threads for each row. sums (N, 1), x (N, C).
void sum_rows_block_per_row(DeviceView<float> sums, DeviceView<const float> x);

// The same with a warp for each row, and no shared memory.
void sum_rows_warp_per_row(DeviceView<float> sums, DeviceView<const float> x);

// y = xᵀ, in tiles of 16 x 16 that pass through shared memory. x (N, C), y (C, N).
void transpose_tiled(DeviceView<float> y, DeviceView<const float> x);

}  // namespace seed
