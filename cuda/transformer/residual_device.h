// transformer/residual.h on the device.
#pragma once

#include <span>

#include "core/device_array.h"

namespace seed {

// y = a + b, all of one shape.
void add_forward(DeviceView<float> y, DeviceView<const float> a, DeviceView<const float> b);

// y (M, C): row m is row rows[m] of x (N, C).
void gather_rows(DeviceView<float> y, DeviceView<const float> x, std::span<const Index> rows);

// The same with rows (M, 1) that are on the device: nobody checks them.
void gather_rows(DeviceView<float> y, DeviceView<const float> x, DeviceView<const Index> rows);

// dx (N, C) += dy (M, C) at the rows; no row may occur twice.
void gather_rows_backward(DeviceView<float> dx, DeviceView<const float> dy,
                          std::span<const Index> rows);

// The ladder, from the CPU's loop on: the functions above use the last of each.
void add_forward_thread_per_row(DeviceView<float> y, DeviceView<const float> a,
                                DeviceView<const float> b);
void add_forward_thread_per_element(DeviceView<float> y, DeviceView<const float> a,
                                    DeviceView<const float> b);
void gather_rows_thread_per_row(DeviceView<float> y, DeviceView<const float> x,
                                std::span<const Index> rows);
void gather_rows_thread_per_element(DeviceView<float> y, DeviceView<const float> x,
                                    std::span<const Index> rows);
void gather_rows_backward_thread_per_row(DeviceView<float> dx, DeviceView<const float> dy,
                                         std::span<const Index> rows);
void gather_rows_backward_thread_per_element(DeviceView<float> dx, DeviceView<const float> dy,
                                             std::span<const Index> rows);

}  // namespace seed
