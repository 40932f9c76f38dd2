#include "evaluation/trajectory_view.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/progress.h"
#include "trajectory_selection/order_sampling.h"

namespace seed {

TrajectoryView view_of_decoding(CpuTransformer& model, const std::vector<std::int32_t>& prompt,
                                Index positions, const DenoiseOptions& options) {
    TrajectoryView view;
    view.step.assign(std::size_t(positions), 0);
    Progress progress("decode", positions, stderr, patience);
    std::vector<Index> masked(std::size_t(std::max<Index>(0, positions - Index(prompt.size()))));
    std::iota(masked.begin(), masked.end(), Index(prompt.size()));
    const auto observe = [&](Index, const DenoisingState& state) {
        for (const Index i : masked) view.step[i] = state.calls;  // the last time is what counts
        masked = state.masked;
        view.steps = state.calls;
        progress.update(positions - Index(masked.size()), fmt::format("call {}", state.calls));
    };
    const DenoisingState last = denoise(model, {prompt}, positions, options, observe)[0];
    progress.finish();
    view.ids = last.ids;
    for (const double p : last.probability) view.log_p.push_back(std::log(p));
    return view;
}

namespace {

// log p of the tokens that these steps reveal: one call of the model.
void look_at_steps(TrajectoryView& view, CpuTransformer& model, const Trajectory& trajectory,
                   Index begin, Index end) {
    TokenBatch batch;
    batch.batch = end - begin;
    batch.positions = Index(view.ids.size());
    std::vector<Index> rows, places;
    std::vector<std::int32_t> targets;
    for (Index s = begin; s < end; ++s) {
        const auto xt = state_before(view.ids, trajectory, s, model.config().mask_token);
        batch.ids.insert(batch.ids.end(), xt.begin(), xt.end());
        for (const Index i : revealed_by(trajectory, s)) {
            rows.push_back((s - begin) * batch.positions + i);
            places.push_back(i);
            targets.push_back(view.ids[i]);
        }
    }
    HostMatrix<double> log_p(Index(rows.size()), 1), surest(Index(rows.size()), 1);
    target_log_p(log_p.view(), surest.view(), model.logits(batch, rows), targets);  // (M, V)
    for (std::size_t m = 0; m < rows.size(); ++m) view.log_p[places[m]] = log_p.view().data[m];
}

}  // namespace

TrajectoryView view_of_trajectory(CpuTransformer& model, const std::vector<std::int32_t>& ids,
                                  const Trajectory& trajectory) {
    check_trajectory(trajectory, "trajectory");
    constexpr Index batch = 32;
    TrajectoryView view;
    view.ids = ids;
    view.steps = trajectory.steps;
    for (const std::int32_t s : trajectory.reveal) view.step.push_back(s + 1);
    view.log_p.assign(ids.size(), 0);
    for (Index s = 0; s < trajectory.steps; s += batch) {
        look_at_steps(view, model, trajectory, s, std::min(s + batch, trajectory.steps));
    }
    if (!std::isnan(trajectory.score)) view.stored_score = trajectory.score;
    return view;
}

double score_of(const TrajectoryView& view) {
    return std::accumulate(view.log_p.begin(), view.log_p.end(), 0.0);
}

std::vector<Index> tokens_per_step(const TrajectoryView& view) {
    std::vector<Index> tokens(std::size_t(view.steps), 0);
    for (const Index s : view.step) {
        if (s > 0) ++tokens[s - 1];
    }
    return tokens;
}

Index prompt_length(const TrajectoryView& view) {
    const auto revealed =
        std::find_if(view.step.begin(), view.step.end(), [](Index s) { return s > 0; });
    return revealed - view.step.begin();
}

nlohmann::ordered_json to_json(const TrajectoryView& view, const Tokenizer& tokenizer) {
    using Json = nlohmann::ordered_json;
    const Index length = prompt_length(view);
    const auto revealed =
        std::count_if(view.step.begin(), view.step.end(), [](Index s) { return s > 0; });
    const auto known = [&](bool is_known, const Json& value) { return is_known ? value : Json(); };
    Json tokens = Json::array(), confidence = Json::array();
    for (const std::int32_t id : view.ids) tokens.push_back(tokenizer.token_text(id));
    for (const double log_p : view.log_p) confidence.push_back(std::exp(log_p));
    const std::span<const std::int32_t> ids(view.ids);
    return {{"origin", view.origin},
            {"prompt", tokenizer.decode(ids.first(std::size_t(length)))},
            {"completion", tokenizer.decode(completion_of(ids, length, tokenizer.eos_id()))},
            {"verdict", known(!view.verdict.empty(), view.verdict)},
            {"passed", known(!view.verdict.empty(), view.passed)},
            {"steps", view.steps},
            {"score", score_of(view)},
            {"nats_per_token", -score_of(view) / double(revealed)},
            {"stored_score", known(view.stored_score.has_value(), view.stored_score.value_or(0))},
            {"eos", tokenizer.token_text(tokenizer.eos_id())},
            {"tokens", tokens},
            {"step", view.step},
            {"confidence", confidence}};
}

}  // namespace seed
