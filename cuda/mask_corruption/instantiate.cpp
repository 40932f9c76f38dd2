// Likelihood and denoising on the device: see cuda/transformer/instantiate.cpp.
#include "mask_corruption/denoise_device.h"

#include "mask_corruption/instantiate.h"

namespace seed {

SEED_INSTANTIATE_MASK_CORRUPTION(Device)

}  // namespace seed
