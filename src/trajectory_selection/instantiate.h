// Every function of this folder that is written once for all spaces, with its body: see
// transformer/instantiate.h.
#pragma once

#include "trajectory_selection/pool_impl.h"
#include "trajectory_selection/score_impl.h"

#define SEED_INSTANTIATE_TRAJECTORY_SELECTION(Space)                                           \
    template std::vector<double> score_trajectories(                                           \
        Transformer<Space>&, const std::vector<MaskableText>&, const std::vector<Trajectory>&, \
        const LikelihoodOptions&);                                                             \
    template std::vector<Trajectory> draw_pool(                                                \
        Transformer<Space>&, const std::vector<MaskableText>&, const PoolOptions&, RandomKey,  \
        Index, const std::function<void(Index)>&);
