#include "edit_corruption/instantiate.h"

namespace seed {

SEED_INSTANTIATE_EDIT_CORRUPTION(Host<float>)
SEED_INSTANTIATE_EDIT_CORRUPTION(Host<double>)

}  // namespace seed
