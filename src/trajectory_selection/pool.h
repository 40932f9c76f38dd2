// A pool of candidate trajectories for each text, drawn from the model (Seed Diffusion, section
// 3.2): from all masked to x0, the model says where to go on (order_sampling.h), and x0 what to
// put there. What the model says to x0's tokens on the way is the score.
#pragma once

#include "trajectory_selection/order_sampling.h"
#include "trajectory_selection/trajectory.h"

namespace seed {

struct PoolOptions {
    Index members = 2;                               // trajectories per text
    std::vector<double> temperatures{0, 0.25, 0.5};  // tau of a member's order
    std::vector<Index> steps{16};                    // of members that reveal by count
    std::vector<double> thresholds{0.9};             // of members that reveal by threshold
    std::vector<Index> blocks{0};                    // of a member's order; 0: the whole canvas
    Index batch = 64;                                // states per call; affects speed only
};

// Throws Error for fewer than one member, no temperature, neither steps nor thresholds, or one that
// cannot be drawn by.
void check_pool_options(const PoolOptions& options);

// The rule of a member: its temperature, its block, and one of the steps and thresholds, each
// equally likely.
OrderRule rule_of_member(const PoolOptions& options, RandomKey key);

// options.members trajectories of each text, text by text: member m of text s is decided by
// key.fork(first + s).fork(m), the model and the text. `first` is the number of the first text, so
// that a pool may be drawn in parts. on_done is told how many trajectories have been finished.
template <class Space>
std::vector<Trajectory> draw_pool(Transformer<Space>& model, const std::vector<MaskableText>& texts,
                                  const PoolOptions& options, RandomKey key, Index first = 0,
                                  const std::function<void(Index)>& on_done = {});

}  // namespace seed
