// The rewriting decoder and the measure of repairs on the device: see
// cuda/transformer/instantiate.cpp.
#include "edit_corruption/instantiate.h"

#include "mask_corruption/denoise_device.h"
#include "mask_corruption/sampling_device.h"

namespace seed {

SEED_INSTANTIATE_EDIT_CORRUPTION(Device)

}  // namespace seed
