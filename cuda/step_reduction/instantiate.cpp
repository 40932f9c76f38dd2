// Rollouts on the device: see cuda/transformer/instantiate.cpp.
#include "step_reduction/instantiate.h"

#include "mask_corruption/sampling_device.h"
#include "trajectory_selection/order_sampling_device.h"

namespace seed {

SEED_INSTANTIATE_STEP_REDUCTION(Device)

}  // namespace seed
