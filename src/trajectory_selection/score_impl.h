// The body of score.h.
#pragma once

#include "trajectory_selection/score.h"

namespace seed {

// A step of a trajectory.
struct ScoredStep {
    Index trajectory = 0, step = 0;
};

// What each step adds to the score of its trajectory, in nats: one call of the model.
template <class Space>
std::vector<double> score_some_steps(Transformer<Space>& model,
                                     const std::vector<MaskableText>& texts,
                                     const std::vector<Trajectory>& trajectories,
                                     std::span<const ScoredStep> steps) {
    TokenBatch batch;
    batch.batch = Index(steps.size());
    batch.positions = Index(texts[0].ids.size());
    std::vector<Index> rows, first_row{0};
    std::vector<std::int32_t> targets;
    for (Index b = 0; b < batch.batch; ++b) {
        const auto [p, step] = steps[b];
        const std::vector<std::int32_t> xt =
            state_before(texts[p].ids, trajectories[p], step, model.config().mask_token);
        batch.ids.insert(batch.ids.end(), xt.begin(), xt.end());
        for (const Index i : revealed_by(trajectories[p], step)) {
            rows.push_back(b * batch.positions + i);
            targets.push_back(texts[p].ids[i]);
        }
        first_row.push_back(Index(rows.size()));
    }
    return score_steps(model.logits(batch, rows), targets, first_row);  // (M, V)
}

// [score.trajectories]
template <class Space>
std::vector<double> score_trajectories(Transformer<Space>& model,
                                       const std::vector<MaskableText>& texts,
                                       const std::vector<Trajectory>& trajectories,
                                       const LikelihoodOptions& options) {
    check_texts(texts);
    require(trajectories.size() == texts.size(), "score: expected {} trajectories, got {}",
            texts.size(), trajectories.size());
    std::vector<ScoredStep> steps;
    for (Index p = 0; p < Index(texts.size()); ++p) {
        check_trajectory_of(trajectories[p], texts[p]);
        for (Index s = 0; s < trajectories[p].steps; ++s) steps.push_back({p, s});
    }
    std::vector<double> scores(texts.size());
    for (std::size_t begin = 0; begin < steps.size(); begin += std::size_t(options.batch)) {
        const std::size_t count = std::min(std::size_t(options.batch), steps.size() - begin);
        const std::span<const ScoredStep> some(steps.data() + begin, count);
        const std::vector<double> nats = score_some_steps(model, texts, trajectories, some);
        for (std::size_t k = 0; k < count; ++k) scores[some[k].trajectory] += nats[k];
        if (options.on_states) options.on_states(Index(count));
    }
    return scores;
}
// [/score.trajectories]

}  // namespace seed
