// Rotary positions on the device: formulas and shapes as in transformer/rope.h.
//
// The ladder has one step, thread_per_pair: every pair is read and written once, by neighbouring
// threads at neighbouring addresses, and nothing is shared. The functions without its name use it.
#pragma once

#include "core/device_array.h"

namespace seed {

// cos_sin (T, D), computed in double and then rounded, as on the CPU.
void rope_table(DeviceView<float> cos_sin, double theta);

// x (N, H * D) in place; row n stands at position n mod T, with cos_sin (T, D).
void rope_forward(DeviceView<float> x, DeviceView<const float> cos_sin);
void rope_backward(DeviceView<float> dx, DeviceView<const float> cos_sin);

void rope_table_thread_per_pair(DeviceView<float> cos_sin, double theta);
void rope_forward_thread_per_pair(DeviceView<float> x, DeviceView<const float> cos_sin);
void rope_backward_thread_per_pair(DeviceView<float> dx, DeviceView<const float> cos_sin);

}  // namespace seed
