#include "transformer/instantiate.h"

namespace seed {

SEED_INSTANTIATE_TRANSFORMER(Host<float>)
SEED_INSTANTIATE_TRANSFORMER(Host<double>)

}  // namespace seed
