// Pools and scores of trajectories on the device: see cuda/transformer/instantiate.cpp.
#include "trajectory_selection/instantiate.h"

#include "trajectory_selection/order_sampling_device.h"
#include "trajectory_selection/score_device.h"

namespace seed {

SEED_INSTANTIATE_TRAJECTORY_SELECTION(Device)

}  // namespace seed
