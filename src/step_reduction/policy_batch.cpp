#include "step_reduction/policy_batch.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/philox.h"

namespace seed {
namespace {

void check_advantages(const std::vector<Rollout>& rollouts, std::span<const double> advantages) {
    require(rollouts.size() == advantages.size(), "policy batch: expected {} advantages, got {}",
            rollouts.size(), advantages.size());
    for (const double advantage : advantages) {
        require(std::isfinite(advantage), "policy batch: expected finite advantages, got {}",
                advantage);
    }
}

// One text of the batch: the state before `step`; what steps `step` ... `end` - 1 reveal is
// learned.
void add_state(TrainingBatch& batch, const Rollout& rollout, Index step, Index end, double weight,
               std::int32_t mask_token) {
    const auto& [ids, trajectory] = rollout;
    const std::vector<std::int32_t> xs = state_before(ids, trajectory, step, mask_token);
    batch.input.ids.insert(batch.input.ids.end(), xs.begin(), xs.end());
    batch.targets.insert(batch.targets.end(), ids.begin(), ids.end());
    for (const std::int32_t reveal : trajectory.reveal) {
        batch.weights.push_back(reveal >= step && reveal < end ? weight : 0);
    }
    ++batch.input.batch;
    batch.input.positions = Index(ids.size());
}

// The steps of the block to which a step belongs, `end` not among them; all steps without blocks.
struct BlockSteps {
    Index begin, end;
};

BlockSteps block_steps(const Trajectory& trajectory, Index step, Index block) {
    if (block == 0) return {0, trajectory.steps};
    const auto& reveal = trajectory.reveal;
    const Index position = std::find(reveal.begin(), reveal.end(), step) - reveal.begin();
    const Index first = position / block * block,
                last = std::min(first + block, Index(reveal.size()));
    BlockSteps steps{trajectory.steps, 0};
    for (Index i = first; i < last; ++i) {
        if (reveal[i] == Trajectory::given) continue;
        steps.begin = std::min(steps.begin, Index(reveal[i]));
        steps.end = std::max(steps.end, Index(reveal[i]) + 1);
    }
    return steps;
}

constexpr std::array<std::string_view, 3> target_names{"revealed", "jump", "masked"};

}  // namespace

// [policy_batch.states]
TrainingBatch policy_batch(const std::vector<Rollout>& rollouts, std::span<const double> advantages,
                           std::int32_t mask_token) {
    check_advantages(rollouts, advantages);
    TrainingBatch batch;
    for (std::size_t r = 0; r < rollouts.size(); ++r) {
        if (advantages[r] == 0) continue;
        const Trajectory& trajectory = rollouts[r].trajectory;
        const auto tokens = double(masked_before(trajectory, 0).size());
        const double weight = advantages[r] / double(rollouts.size()) / tokens;
        for (Index s = 0; s < trajectory.steps; ++s) {
            add_state(batch, rollouts[r], s, s + 1, weight, mask_token);
        }
    }
    return batch;
}
// [/policy_batch.states]

StepTargets step_targets_from(std::string_view name) {
    const auto found = std::find(target_names.begin(), target_names.end(), name);
    require(found != target_names.end(), "targets: expected revealed, jump or masked, got {}",
            name);
    return StepTargets(found - target_names.begin());
}

std::string_view step_targets_name(StepTargets targets) {
    return target_names[std::size_t(targets)];
}

void check_policy_sample(const PolicySample& sample) {
    require(sample.states >= 1 && sample.states <= 4096, "--states: expected 1 ... 4096, got {}",
            sample.states);
    require(sample.first >= 0 && sample.first <= 1, "--first-states: expected 0 ... 1, got {}",
            sample.first);
    require(sample.block >= 0, "--block: expected a number >= 0, got {}", sample.block);
}

// [policy_batch.sample]
TrainingBatch sampled_policy_batch(const std::vector<Rollout>& rollouts,
                                   std::span<const double> advantages, const PolicySample& sample,
                                   std::int32_t mask_token, RandomKey key) {
    check_policy_sample(sample);
    check_advantages(rollouts, advantages);
    std::vector<std::size_t> counted;  // K
    for (std::size_t r = 0; r < rollouts.size(); ++r) {
        if (advantages[r] != 0) counted.push_back(r);
    }
    TrainingBatch batch;
    if (counted.empty()) return batch;
    if (sample.block > 0) batch.input.mask = AttentionMask::block_causal(sample.block);
    RandomStream stream(key, 0);
    const auto K = double(counted.size()), S = double(sample.states);
    const auto first = Index(sample.first * S);
    const double u = uniform_double(key.fork("rollouts"), 0, 0);
    for (Index b = 0; b < sample.states; ++b) {
        const std::size_t r = counted[std::size_t((double(b) + u) * K / S)];
        const Trajectory& trajectory = rollouts[r].trajectory;
        // The first ones are spread over all rollouts
        const bool is_first = (b * first) % sample.states < first;
        const Index drawn = Index(stream.below(std::uint32_t(trajectory.steps)));
        const BlockSteps steps = block_steps(trajectory, drawn, sample.block);
        const Index step = is_first ? steps.begin : drawn;
        Index end = step + 1;
        if (sample.targets == StepTargets::masked) end = steps.end;
        if (sample.targets == StepTargets::jump) {
            end += Index(stream.below(std::uint32_t(steps.end - step)));
        }
        Index targets = 0;
        for (const std::int32_t reveal : trajectory.reveal) {
            targets += reveal >= step && reveal < end;
        }
        const double weight = advantages[r] * K / (double(rollouts.size()) * S * double(targets));
        add_state(batch, rollouts[r], step, end, weight, mask_token);
    }
    return batch;
}
// [/policy_batch.sample]

}  // namespace seed
