#include "step_reduction/rollout_impl.h"

namespace seed {

void check_rollouts(const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
                    const RolloutOptions& options) {
    require(!prompts.empty(), "rollouts: expected at least one prompt, got none");
    require(options.group >= 1, "rollouts: expected a group of at least one, got {}",
            options.group);
    require(options.threshold >= 0 && options.threshold <= 1,
            "rollouts: expected a threshold in 0 ... 1, got {}", options.threshold);
    require(options.temperature >= 0, "rollouts: expected a temperature >= 0, got {}",
            options.temperature);
    for (const auto& prompt : prompts) {
        require(Index(prompt.size()) < positions,
                "rollouts: expected a prompt shorter than the canvas of {} tokens, got {}",
                positions, prompt.size());
    }
}

RolloutWalk start_rollout(const std::vector<std::int32_t>& prompt, Index positions,
                          std::int32_t mask_token, RandomKey key) {
    RolloutWalk walk{{prompt, {}}, key, {}};
    walk.rollout.ids.resize(std::size_t(positions), mask_token);
    walk.rollout.trajectory.reveal.assign(std::size_t(positions), Trajectory::given);
    walk.rollout.trajectory.score = 0;
    for (Index i = Index(prompt.size()); i < positions; ++i) walk.masked.push_back(i);
    return walk;
}

// [rollout.advance]
void advance(RolloutWalk& walk, std::span<const TokenChoice> tokens,
             std::span<const Ordered> step) {
    Trajectory& trajectory = walk.rollout.trajectory;
    std::vector<Index> left;
    for (std::size_t k = 0; k < step.size(); ++k) {
        const Index i = walk.masked[k];
        if (!step[k].revealed) {
            left.push_back(i);
            continue;
        }
        walk.rollout.ids[i] = tokens[k].token;
        trajectory.reveal[i] = std::int32_t(trajectory.steps);
        trajectory.score += step[k].log_p;
    }
    walk.masked = std::move(left);
    ++trajectory.steps;
}
// [/rollout.advance]

}  // namespace seed
