#include "block_decoding/instantiate.h"

namespace seed {

#define SEED_INSTANTIATE(T) SEED_INSTANTIATE_BLOCK_DECODING(Host<T>)
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
