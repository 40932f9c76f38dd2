// Training in a run's folder on the device: see cuda/transformer/instantiate.cpp.
#include "core/device_array.h"

#include "runs/instantiate.h"

namespace seed {

SEED_INSTANTIATE_RUNS(Device)

}  // namespace seed
