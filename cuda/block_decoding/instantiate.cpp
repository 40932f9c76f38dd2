// Block decoding on the device: see cuda/transformer/instantiate.cpp.
#include "block_decoding/instantiate.h"

#include "mask_corruption/denoise_device.h"

namespace seed {

SEED_INSTANTIATE_BLOCK_DECODING(Device)

}  // namespace seed
