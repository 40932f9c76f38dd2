#include "trajectory_selection/instantiate.h"

namespace seed {

#define SEED_INSTANTIATE(T) SEED_INSTANTIATE_TRAJECTORY_SELECTION(Host<T>)
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
