// Root-mean-square normalisation on the device: formulas and shapes as in transformer/rms_norm.h.
#pragma once

#include "core/device_array.h"

namespace seed {

// y (N, C), rstd (N, 1), x (N, C), gain (1, C).
void rms_norm_forward(DeviceView<float> y, DeviceView<float> rstd, DeviceView<const float> x,
                      DeviceView<const float> gain, float eps);

// dx (N, C) and dgain (1, C) are added to; dy (N, C), x (N, C), rstd (N, 1), gain (1, C).
void rms_norm_backward(DeviceView<float> dx, DeviceView<float> dgain, DeviceView<const float> dy,
                       DeviceView<const float> x, DeviceView<const float> rstd,
                       DeviceView<const float> gain);

// The ladder. The functions above use the last step.
//   thread_per_row  forward: the CPU's loop; backward: so too, dgain with one thread per column
//   row_per_warp    the 32 threads of a warp share a row; dgain in pieces of 64 rows
void rms_norm_forward_thread_per_row(DeviceView<float> y, DeviceView<float> rstd,
                                     DeviceView<const float> x, DeviceView<const float> gain,
                                     float eps);
void rms_norm_forward_row_per_warp(DeviceView<float> y, DeviceView<float> rstd,
                                   DeviceView<const float> x, DeviceView<const float> gain,
                                   float eps);
void rms_norm_backward_thread_per_row(DeviceView<float> dx, DeviceView<float> dgain,
                                      DeviceView<const float> dy, DeviceView<const float> x,
                                      DeviceView<const float> rstd, DeviceView<const float> gain);
void rms_norm_backward_row_per_warp(DeviceView<float> dx, DeviceView<float> dgain,
                                    DeviceView<const float> dy, DeviceView<const float> x,
                                    DeviceView<const float> rstd, DeviceView<const float> gain);

}  // namespace seed
