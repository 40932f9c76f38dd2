#include "step_reduction/policy_batch.h"

#include <cmath>

namespace seed {

// [policy_batch.states]
TrainingBatch policy_batch(const std::vector<Rollout>& rollouts, std::span<const double> advantages,
                           std::int32_t mask_token) {
    require(rollouts.size() == advantages.size(), "policy batch: expected {} advantages, got {}",
            rollouts.size(), advantages.size());
    TrainingBatch batch;
    for (std::size_t r = 0; r < rollouts.size(); ++r) {
        const auto& [ids, trajectory] = rollouts[r];
        require(std::isfinite(advantages[r]), "policy batch: expected finite advantages, got {}",
                advantages[r]);
        if (advantages[r] == 0) continue;
        const auto tokens = double(masked_before(trajectory, 0).size());
        const double weight = advantages[r] / double(rollouts.size()) / tokens;
        for (Index s = 0; s < trajectory.steps; ++s) {
            const std::vector<std::int32_t> xs = state_before(ids, trajectory, s, mask_token);
            batch.input.ids.insert(batch.input.ids.end(), xs.begin(), xs.end());
            batch.targets.insert(batch.targets.end(), ids.begin(), ids.end());
            for (const std::int32_t step : trajectory.reveal) {
                batch.weights.push_back(step == s ? weight : 0);
            }
            ++batch.input.batch;
        }
        batch.input.positions = Index(ids.size());
    }
    return batch;
}
// [/policy_batch.states]

}  // namespace seed
