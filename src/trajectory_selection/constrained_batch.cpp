#include "trajectory_selection/constrained_batch.h"

#include <algorithm>

#include "edit_corruption/edit_draws.h"

namespace seed {

StateWeight state_weight_from(std::string_view name) {
    if (name == "state") return StateWeight::by_state;
    require(name == "position", "lambda: expected state or position, got {}", name);
    return StateWeight::by_position;
}

std::string_view state_weight_name(StateWeight weight) {
    return weight == StateWeight::by_state ? "state" : "position";
}

// [constrained_batch.f]
std::vector<std::int32_t> substitute_visible(std::span<const std::int32_t> xs, Index prompt_length,
                                             double alpha, const EditVocabulary& vocabulary,
                                             RandomKey key) {
    check_edit_vocabulary(vocabulary);
    require(alpha >= 0 && alpha <= 1, "constrained batch: expected an alpha in 0 ... 1, got {}",
            alpha);
    std::vector<std::int32_t> edited(xs.begin(), xs.end());
    for (std::size_t i = std::size_t(prompt_length); i < edited.size(); ++i) {
        if (!is_ordinary(edited[i], vocabulary) || uniform_double(key, i, 0) >= alpha) continue;
        edited[i] = draw_token(edited[i], vocabulary, key, Index(i));
    }
    return edited;
}
// [/constrained_batch.f]

// [constrained_batch.batch]
TrainingBatch constrained_batch(const std::vector<Canvas>& canvases,
                                const std::vector<Trajectory>& trajectories,
                                const ConstrainedLoss& loss, const EditVocabulary& vocabulary,
                                RandomKey key) {
    const std::size_t count = canvases.size();
    require(count > 0 && trajectories.size() == count,
            "constrained batch: expected a trajectory for each of {} canvases, got {}", count,
            trajectories.size());
    require(loss.edited >= 0 && loss.edited <= 1,
            "constrained batch: expected an edited share in 0 ... 1, got {}", loss.edited);
    TrainingBatch batch{batch_of(canvases), {}, {}};
    batch.targets = batch.input.ids;
    const std::vector<double> uniforms =
        stratified_uniforms(Index(count), uniform_double(key.fork("steps"), 0, 0));
    const std::size_t edited = std::size_t(loss.edited * double(count));
    for (std::size_t b = 0; b < count; ++b) {
        const Trajectory& trajectory = trajectories[b];
        require(trajectory.steps > 0,
                "constrained batch: expected a trajectory of steps, got none");
        const Index step =
            std::min(trajectory.steps - 1, Index(uniforms[b] * double(trajectory.steps)));
        std::vector<std::int32_t> xs =
            state_before(canvases[b].ids, trajectory, step, vocabulary.mask);
        if (b < edited) {
            const RandomKey text_key = key.fork("edits").fork(std::uint64_t(b));
            const double alpha = loss.max_alpha * uniform_double(text_key.fork("alpha"), 0, 0);
            xs = substitute_visible(xs, canvases[b].prompt_length, alpha, vocabulary, text_key);
        }
        // Every position where the state is not x0 counts
        std::vector<double> weights;
        for (std::size_t i = 0; i < xs.size(); ++i) weights.push_back(xs[i] != canvases[b].ids[i]);
        const auto counted = double(std::count(weights.begin(), weights.end(), 1.0));
        const double lambda = loss.weight == StateWeight::by_state ? 1 / counted : 1;
        for (double& weight : weights) weight *= lambda;
        std::copy(xs.begin(), xs.end(),
                  batch.input.ids.begin() + std::ptrdiff_t(b) * batch.input.positions);
        batch.weights.insert(batch.weights.end(), weights.begin(), weights.end());
    }
    double sum = 0;
    for (const double weight : batch.weights) sum += weight;
    for (double& weight : batch.weights) weight /= sum;
    return batch;
}
// [/constrained_batch.batch]

}  // namespace seed
