#include <algorithm>

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
    require(options.block >= 0 && options.block <= positions,
            "rollouts: expected blocks of 1 ... {}, or 0, got {}", positions, options.block);
    for (const auto& prompt : prompts) {
        require(Index(prompt.size()) < positions,
                "rollouts: expected a prompt shorter than the canvas of {} tokens, got {}",
                positions, prompt.size());
    }
}

RolloutWalk start_rollout(const std::vector<std::int32_t>& prompt, Index positions,
                          std::int32_t mask_token, const RolloutOptions& options, RandomKey key) {
    RolloutWalk walk{{prompt, {}}, key, Index(prompt.size()), {}};
    walk.rollout.ids.resize(std::size_t(positions), mask_token);
    walk.rollout.trajectory.reveal.assign(std::size_t(positions), Trajectory::given);
    walk.rollout.trajectory.score = 0;
    const Index block = options.block > 0 ? options.block : positions;
    const Index end = std::min(positions, (walk.prompt / block + 1) * block);
    for (Index i = walk.prompt; i < end; ++i) walk.masked.push_back(i);
    return walk;
}

// [rollout.blocks]
void enter_next_block(RolloutWalk& walk, const RolloutOptions& options) {
    if (options.block == 0 || !walk.masked.empty()) return;
    std::vector<std::int32_t>& ids = walk.rollout.ids;
    const std::vector<std::int32_t>& reveal = walk.rollout.trajectory.reveal;
    // Whole blocks are written, up to the first position that no step has reached
    const auto first = reveal.begin() + walk.prompt;
    const Index begin = std::find(first, reveal.end(), Trajectory::given) - reveal.begin();
    const auto written = ids.begin() + begin;
    if (std::find(ids.begin() + walk.prompt, written, options.eos) != written) {
        std::fill(written, ids.end(), options.eos);
        return;
    }
    const Index end = std::min(begin + options.block, Index(ids.size()));
    for (Index i = begin; i < end; ++i) walk.masked.push_back(i);
}
// [/rollout.blocks]

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
