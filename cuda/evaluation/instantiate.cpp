// What a model on the device is worth: see cuda/transformer/instantiate.cpp.
#include "core/device_array.h"

#include "evaluation/instantiate.h"

namespace seed {

SEED_INSTANTIATE_EVALUATION(Device)

}  // namespace seed
