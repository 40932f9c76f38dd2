// Linear layers on the device: formulas and shapes as in transformer/matmul.h.
#pragma once

#include "core/device_array.h"

namespace seed {

// y (N, O), x (N, I), weight (O, I).
void matmul_forward(DeviceView<float> y, DeviceView<const float> x, DeviceView<const float> weight);

// dx (N, I) is added to; dy (N, O), weight (O, I).
void matmul_backward_input(DeviceView<float> dx, DeviceView<const float> dy,
                           DeviceView<const float> weight);

// dweight (O, I) is added to; dy (N, O), x (N, I).
void matmul_backward_weight(DeviceView<float> dweight, DeviceView<const float> dy,
                            DeviceView<const float> x);

// y (N, O) += bias (1, O) in every row.
void add_bias(DeviceView<float> y, DeviceView<const float> bias);

// dbias (1, O) += the column sums of dy (N, O).
void add_bias_backward(DeviceView<float> dbias, DeviceView<const float> dy);

// The ladder. The three products above use cuBLAS; the other kernels are for reading.
//   thread_per_output  the CPU's sum, one thread per element of the result
//   tiled              a block keeps 16 x 16 tiles of both factors in shared memory
//   register_tiled     besides, a thread keeps 4 x 4 elements of the result in registers
//   cublas             NVIDIA's library
//   warp_per_column    for few rows: a warp reads a row of W once for 16 rows of x (few_rows.h)
void matmul_forward_thread_per_output(DeviceView<float> y, DeviceView<const float> x,
                                      DeviceView<const float> weight);
void matmul_forward_tiled(DeviceView<float> y, DeviceView<const float> x,
                          DeviceView<const float> weight);
void matmul_forward_register_tiled(DeviceView<float> y, DeviceView<const float> x,
                                   DeviceView<const float> weight);
void matmul_forward_cublas(DeviceView<float> y, DeviceView<const float> x,
                           DeviceView<const float> weight);
void matmul_forward_warp_per_column(DeviceView<float> y, DeviceView<const float> x,
                                    DeviceView<const float> weight);

void matmul_backward_input_thread_per_output(DeviceView<float> dx, DeviceView<const float> dy,
                                             DeviceView<const float> weight);
void matmul_backward_input_tiled(DeviceView<float> dx, DeviceView<const float> dy,
                                 DeviceView<const float> weight);
void matmul_backward_input_register_tiled(DeviceView<float> dx, DeviceView<const float> dy,
                                          DeviceView<const float> weight);
void matmul_backward_input_cublas(DeviceView<float> dx, DeviceView<const float> dy,
                                  DeviceView<const float> weight);

void matmul_backward_weight_thread_per_output(DeviceView<float> dweight, DeviceView<const float> dy,
                                              DeviceView<const float> x);
void matmul_backward_weight_tiled(DeviceView<float> dweight, DeviceView<const float> dy,
                                  DeviceView<const float> x);
void matmul_backward_weight_register_tiled(DeviceView<float> dweight, DeviceView<const float> dy,
                                           DeviceView<const float> x);
void matmul_backward_weight_cublas(DeviceView<float> dweight, DeviceView<const float> dy,
                                   DeviceView<const float> x);

// The bias. add_bias uses thread_per_element, add_bias_backward uses in_pieces.
//   thread_per_element
//   thread_per_column  the CPU's sum, one thread per column
//   in_pieces          a thread per column and 64 rows, then thread_per_column over the pieces
void add_bias_thread_per_element(DeviceView<float> y, DeviceView<const float> bias);
void add_bias_backward_thread_per_column(DeviceView<float> dbias, DeviceView<const float> dy);
void add_bias_backward_in_pieces(DeviceView<float> dbias, DeviceView<const float> dy);

// Shapes that fit each other, or Error. For the launchers.
void check_matmul_forward(DeviceView<float> y, DeviceView<const float> x,
                          DeviceView<const float> weight);
void check_matmul_backward_input(DeviceView<float> dx, DeviceView<const float> dy,
                                 DeviceView<const float> weight);
void check_matmul_backward_weight(DeviceView<float> dweight, DeviceView<const float> dy,
                                  DeviceView<const float> x);

}  // namespace seed
