// The gated feed-forward unit on the device: formulas and shapes as in transformer/swiglu.h.
//
// The ladder has one step, thread_per_element: nothing is read twice or shared. The functions
// without its name use it.
#pragma once

#include "core/device_array.h"

namespace seed {

// All arguments (N, F); dgate and dup are added to.
void swiglu_forward(DeviceView<float> y, DeviceView<const float> gate, DeviceView<const float> up);
void swiglu_backward(DeviceView<float> dgate, DeviceView<float> dup, DeviceView<const float> dy,
                     DeviceView<const float> gate, DeviceView<const float> up);

void swiglu_forward_thread_per_element(DeviceView<float> y, DeviceView<const float> gate,
                                       DeviceView<const float> up);
void swiglu_backward_thread_per_element(DeviceView<float> dgate, DeviceView<float> dup,
                                        DeviceView<const float> dy, DeviceView<const float> gate,
                                        DeviceView<const float> up);

}  // namespace seed
