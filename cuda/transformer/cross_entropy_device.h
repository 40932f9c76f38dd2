// Weighted cross entropy on the device: formulas and shapes as in transformer/cross_entropy.h.
#pragma once

#include <span>

#include "core/device_array.h"

namespace seed {

// losses (N, 1), lse (N, 1), logits (N, V), weights (N, 1), targets: N tokens on the host.
void cross_entropy_forward(DeviceView<float> losses, DeviceView<float> lse,
                           DeviceView<const float> logits, std::span<const std::int32_t> targets,
                           DeviceView<const float> weights);

// dlogits (N, V) is added to.
void cross_entropy_backward(DeviceView<float> dlogits, DeviceView<const float> logits,
                            DeviceView<const float> lse, std::span<const std::int32_t> targets,
                            DeviceView<const float> weights);

// The ladder. The functions above use the last step.
//   thread_per_row      the CPU's loop
//   row_per_block       forward: the 128 threads of a block share a row, as V is large
//   thread_per_element  backward: once lse is known, every logit stands alone
void cross_entropy_forward_thread_per_row(DeviceView<float> losses, DeviceView<float> lse,
                                          DeviceView<const float> logits,
                                          std::span<const std::int32_t> targets,
                                          DeviceView<const float> weights);
void cross_entropy_forward_row_per_block(DeviceView<float> losses, DeviceView<float> lse,
                                         DeviceView<const float> logits,
                                         std::span<const std::int32_t> targets,
                                         DeviceView<const float> weights);
void cross_entropy_backward_thread_per_row(DeviceView<float> dlogits,
                                           DeviceView<const float> logits,
                                           DeviceView<const float> lse,
                                           std::span<const std::int32_t> targets,
                                           DeviceView<const float> weights);
void cross_entropy_backward_thread_per_element(DeviceView<float> dlogits,
                                               DeviceView<const float> logits,
                                               DeviceView<const float> lse,
                                               std::span<const std::int32_t> targets,
                                               DeviceView<const float> weights);

}  // namespace seed
