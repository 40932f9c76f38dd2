// Every function of this folder that is written once for all spaces, with its body: see
// transformer/instantiate.h.
#pragma once

#include "step_reduction/rollout_impl.h"

#define SEED_INSTANTIATE_STEP_REDUCTION(Space)                                                   \
    template std::vector<Rollout> roll_out(Transformer<Space>&,                                  \
                                           const std::vector<std::vector<std::int32_t>>&, Index, \
                                           const RolloutOptions&, RandomKey);
