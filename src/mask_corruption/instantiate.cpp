#include "mask_corruption/instantiate.h"

namespace seed {

SEED_INSTANTIATE_MASK_CORRUPTION(Host<float>)
SEED_INSTANTIATE_MASK_CORRUPTION(Host<double>)

}  // namespace seed
