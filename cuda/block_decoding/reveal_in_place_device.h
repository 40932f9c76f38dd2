// block_decoding/reveal_in_place.h on the device, in one pass: a kernel reads each row of logits
// once, and has the token, its probability and the text's decision without a trip to the host.
//
// The token is the one with the largest logit (temperature 0) or z[v] / temperature - log(-log u),
// from which the host's score differs by a number that all tokens of a row share. What was said of
// the last bits in mask_corruption/sampling_device.h holds here too.
#pragma once

#include "block_decoding/reveal_in_place.h"
#include "core/device_array.h"

namespace seed {

// As on the host. What stands on the device is not checked.
void reveal_in_place(const TextsInPlace<DeviceView>& texts, DeviceView<const float> logits,
                     const DenoiseOptions& options);

// The ladder. The function above uses the last for blocks of at most 4,096 positions, else the
// first.
//   thread_per_text  the host's loops over positions and tokens, one after the other
//   warp_per_row     a block per text; its warps take a row each, which then meet in shared memory.
//                    Throws Error for more rows than that has room for
void reveal_in_place_thread_per_text(const TextsInPlace<DeviceView>& texts,
                                     DeviceView<const float> logits, const DenoiseOptions& options);
void reveal_in_place_warp_per_row(const TextsInPlace<DeviceView>& texts,
                                  DeviceView<const float> logits, const DenoiseOptions& options);

}  // namespace seed
