// The surrogate of step_reduction/reward.h on the device, for a batch of trajectories at once.
#pragma once

#include <span>
#include <vector>

#include "core/device_array.h"
#include "step_reduction/reward.h"

namespace seed {

// P trajectories, each as the positions behind its prompt: those of trajectory p are the rows
// first_row[p] ... first_row[p + 1] - 1 of `tokens` and `reveal` (M, 1), steps[p] its number of
// steps. The states are never written down: a state's token follows from its reveal step.
struct StateBatch {
    DeviceView<const std::int32_t> tokens, reveal;  // (M, 1)
    std::span<const Index> first_row;               // (P + 1)
    std::span<const Index> steps;                   // (P)
    std::int32_t mask_token = 0;

    Index trajectories() const { return Index(steps.size()); }
    Index pairs() const;  // Q = sum over p of n (n + 1) / 2
};

// edit_surrogate of every trajectory. Throws Error where state_distances does.
std::vector<double> edit_surrogates(const StateBatch& batch);

// distances (Q, 1): those of state_distances, trajectory by trajectory. Throws Error where the rows
// are not cut into P trajectories, one of them has no position or no step, and where the number of
// pairs is another.
void state_distances(DeviceView<std::int32_t> distances, const StateBatch& batch);

// The ladder: state_distances uses the last where it can, the first for trajectories of more than
// 1,023 positions.
void state_distances_thread_per_pair(DeviceView<std::int32_t> distances, const StateBatch& batch);
void state_distances_warp_per_pair(DeviceView<std::int32_t> distances, const StateBatch& batch);

// means (P, 1): of 1 / max(1, d) over the rows first_row[p] ... first_row[p + 1] - 1 of distances
// (Q, 1). The first adds in the host's order, the second 32 partial sums. Throws Error where the
// rows are not cut into P parts, or one of them is empty.
void mean_inverse_thread_per_trajectory(DeviceView<double> means,
                                        DeviceView<const std::int32_t> distances,
                                        std::span<const Index> first_row);
void mean_inverse_warp_per_trajectory(DeviceView<double> means,
                                      DeviceView<const std::int32_t> distances,
                                      std::span<const Index> first_row);

}  // namespace seed
