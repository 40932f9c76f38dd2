// block_decoding/fixed_step.h on the device. What stands on the device is not checked.
#pragma once

#include "block_decoding/fixed_step.h"
#include "core/device_array.h"

namespace seed {

// As on the host.
void lay_out_step(DeviceView<std::int32_t> tokens, DeviceView<Index> positions,
                  DeviceView<Index> rows, const FixedTexts<DeviceView>& texts, Index block);
void enter_next_blocks(DeviceView<Index> still_active, const FixedTexts<DeviceView>& texts,
                       Index block, std::int32_t eos);

// The ladder of the first has one step: a row depends on no other.
void lay_out_step_thread_per_row(DeviceView<std::int32_t> tokens, DeviceView<Index> positions,
                                 DeviceView<Index> rows, const FixedTexts<DeviceView>& texts,
                                 Index block);

// The ladder of the second, a block for all texts, which counts those that go on. It uses the last.
//   thread_per_text  the host's loops over a text's positions
//   warp_per_text    32 lanes share the positions, and vote
void enter_next_blocks_thread_per_text(DeviceView<Index> still_active,
                                       const FixedTexts<DeviceView>& texts, Index block,
                                       std::int32_t eos);
void enter_next_blocks_warp_per_text(DeviceView<Index> still_active,
                                     const FixedTexts<DeviceView>& texts, Index block,
                                     std::int32_t eos);

}  // namespace seed
