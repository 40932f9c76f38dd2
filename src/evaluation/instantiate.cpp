#include "evaluation/instantiate.h"

namespace seed {

SEED_INSTANTIATE_EVALUATION(Host<float>)

}  // namespace seed
