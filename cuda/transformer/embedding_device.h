// transformer/embedding.h on the device.
#pragma once

#include <span>

#include "core/device_array.h"

namespace seed {

// x (N, C), table (V, C), ids: N tokens in [0, V); anything else throws.
void embedding_forward(DeviceView<float> x, std::span<const std::int32_t> ids,
                       DeviceView<const float> table);

// The same with ids (N, 1) that are on the device: nobody checks them.
void embedding_forward(DeviceView<float> x, DeviceView<const std::int32_t> ids,
                       DeviceView<const float> table);

// dtable (V, C) += dx (N, C) at the rows of ids. A token that occurs twice collects both.
void embedding_backward(DeviceView<float> dtable, std::span<const std::int32_t> ids,
                        DeviceView<const float> dx);

// The ladder. The functions above use the last step of each.
//   forward   thread_per_row      the CPU's loop over rows
//             thread_per_element  neighbouring threads copy neighbouring numbers
//   backward  thread_per_column   the CPU's: who owns a column meets no other writer
//             rows_by_token       a thread owns one column of one token, and adds up its rows
void embedding_forward_thread_per_row(DeviceView<float> x, std::span<const std::int32_t> ids,
                                      DeviceView<const float> table);
void embedding_forward_thread_per_element(DeviceView<float> x, std::span<const std::int32_t> ids,
                                          DeviceView<const float> table);
void embedding_backward_thread_per_column(DeviceView<float> dtable,
                                          std::span<const std::int32_t> ids,
                                          DeviceView<const float> dx);
void embedding_backward_rows_by_token(DeviceView<float> dtable, std::span<const std::int32_t> ids,
                                      DeviceView<const float> dx);

}  // namespace seed
