// transformer/adamw.h on the device.
#pragma once

#include "core/device_array.h"
#include "transformer/adamw.h"

namespace seed {

// Euclidean norm over all elements, added up in double in a fixed order.
double global_norm(DeviceView<const float> gradient);

// One step, counted from 1, on parameters p with moments m, v and the gradient, all of one shape.
// The formula is the CPU's; so are the coefficients, computed in double and rounded once.
void adamw_update(DeviceView<float> p, DeviceView<float> m, DeviceView<float> v,
                  DeviceView<const float> gradient, const AdamW& options, double learning_rate,
                  double decay, double gradient_scale, Index step);

// The ladder of the norm. The function above uses the last.
//   thread_per_piece  the CPU's loop over pieces of the gradient, each added up by one thread
//   block_per_piece   the threads of a block share a piece and add up their sums as a tree
double global_norm_thread_per_piece(DeviceView<const float> gradient);
double global_norm_block_per_piece(DeviceView<const float> gradient);

}  // namespace seed
