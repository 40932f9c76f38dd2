#include "runs/instantiate.h"

namespace seed {

SEED_INSTANTIATE_RUNS(Host<float>)

}  // namespace seed
