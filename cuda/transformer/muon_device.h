// transformer/muon.h on the device: what its bodies need beside the products.
#pragma once

#include "core/device_array.h"

namespace seed {

// y = a x + b z, all of one shape. y may be x, or z.
void linear_combination(DeviceView<float> y, double a, DeviceView<const float> x, double b,
                        DeviceView<const float> z);

// The ladder. The function above uses the last.
void linear_combination_thread_per_row(DeviceView<float> y, double a, DeviceView<const float> x,
                                       double b, DeviceView<const float> z);
void linear_combination_thread_per_element(DeviceView<float> y, double a, DeviceView<const float> x,
                                           double b, DeviceView<const float> z);

}  // namespace seed
