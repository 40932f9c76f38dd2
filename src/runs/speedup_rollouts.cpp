#include "runs/speedup_rollouts.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/parallel.h"
#include "lua_tasks/judge.h"
#include "trajectory_selection/score.h"

namespace seed {
namespace {

constexpr double most_nats = 100;  // of a log-ratio that is infinite

double mean(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / double(values.size());
}

std::vector<Task> tasks_of_step(const RunConfig& config, Index step) {
    const StepReduction& r = *config.step_reduction;
    std::vector<Task> tasks;
    for (Index i = 0; i < r.prompts; ++i) {
        tasks.push_back(training_task(config, r.first_text + step * r.prompts + i));
    }
    return tasks;
}

}  // namespace

// [speedup_rollouts.verifiers]
std::vector<double> executed(const std::vector<Rollout>& rollouts, const std::vector<Task>& tasks,
                             Index group, const Tokenizer& tokenizer) {
    std::vector<double> verdicts(rollouts.size());
    parallel_for(Index(rollouts.size()), [&](Index r) {
        const Task& task = tasks[std::size_t(r / group)];
        const auto prompt = Index(tokenizer.encode(task.prompt).size());
        const std::string program =
            tokenizer.decode(completion_of(rollouts[r].ids, prompt, tokenizer.eos_id()));
        verdicts[r] = judge(program, task.tests).verdict == Verdict::passed;
    });
    return verdicts;
}

namespace {

// log p_start of each rollout along its own trajectory, in nats per token.
std::vector<double> start_scores(const std::vector<Rollout>& rollouts, CpuTransformer& start) {
    std::vector<MaskableText> texts;
    std::vector<Trajectory> trajectories;
    for (const Rollout& r : rollouts) {
        texts.push_back({r.ids, masked_before(r.trajectory, 0)});
        trajectories.push_back(r.trajectory);
    }
    std::vector<double> scores = score_trajectories(start, texts, trajectories, {});
    for (std::size_t r = 0; r < scores.size(); ++r) scores[r] /= double(texts[r].positions.size());
    return scores;
}

// What the model that it starts from thinks of a rollout: its tokens' geometric mean probability.
double believed(double start_score) {
    return std::isfinite(start_score) ? std::min(1.0, std::exp(start_score)) : 0;
}

// An estimate of KL(model || start) from one rollout, in nats per token.
double log_ratio(const Rollout& rollout, double start_score) {
    const auto tokens = double(masked_before(rollout.trajectory, 0).size());
    const double ratio = rollout.trajectory.score / tokens - start_score;
    return std::isnan(ratio) ? most_nats : std::clamp(ratio, -most_nats, most_nats);
}
// [/speedup_rollouts.verifiers]

double cost_of(const Rollout& rollout, SpeedCost cost, std::int32_t mask_token) {
    if (cost == SpeedCost::surrogate) {
        return edit_surrogate(rollout.ids, rollout.trajectory, mask_token);
    }
    return double(rollout.trajectory.steps) / double(masked_before(rollout.trajectory, 0).size());
}

}  // namespace

// [speedup_rollouts.judged]
JudgedRollouts judged_rollouts(const RunConfig& config, const Tokenizer& tokenizer, Index step,
                               CpuTransformer& model, CpuTransformer& start) {
    const StepReduction& r = *config.step_reduction;
    const std::vector<Task> tasks = tasks_of_step(config, step);
    std::vector<std::vector<std::int32_t>> prompts;
    for (const Task& task : tasks) prompts.push_back(tokenizer.encode(task.prompt));
    const RolloutOptions options{threshold_of_step(r, step, config.steps), r.temperature, r.group,
                                 r.sample.block, tokenizer.eos_id()};
    const RandomKey key = RandomKey{config.seed}.fork("rollouts").fork(std::uint64_t(step));

    JudgedRollouts judged{
        roll_out(model, prompts, config.canvas, options, key), {}, {}, {}, {}, {}};
    const std::vector<Rollout>& rollouts = judged.rollouts;
    judged.log_ratios.resize(rollouts.size());
    judged.costs.resize(rollouts.size());
    if (r.verifier == Verifier::execution) {
        judged.verdicts = executed(rollouts, tasks, r.group, tokenizer);
    }
    if (r.verifier == Verifier::model || r.kl > 0) {
        const std::vector<double> scores = start_scores(rollouts, start);
        for (std::size_t i = 0; i < scores.size(); ++i) {
            if (r.verifier == Verifier::model) judged.verdicts.push_back(believed(scores[i]));
            judged.log_ratios[i] = log_ratio(rollouts[i], scores[i]);
        }
    }
    parallel_for(Index(rollouts.size()), [&](Index i) {
        judged.costs[i] = cost_of(rollouts[i], r.cost, config.model.mask_token);
    });
    for (std::size_t i = 0; i < rollouts.size(); ++i) {
        judged.rewards.push_back(reward_of(judged.verdicts[i], judged.costs[i], r.shape, r.beta) -
                                 r.kl * judged.log_ratios[i]);
    }
    judged.advantages = r.baseline == Baseline::none
                            ? judged.rewards
                            : group_advantages(judged.rewards, r.group, r.normalise);
    return judged;
}
// [/speedup_rollouts.judged]

nlohmann::ordered_json record_of(const JudgedRollouts& judged, Index group, double threshold) {
    double calls = 0, distinct = 0;
    const auto count = Index(judged.rollouts.size());
    for (Index first = 0; first < count; first += group) {
        std::set<std::vector<std::int32_t>> texts;
        for (Index i = first; i < first + group; ++i) {
            texts.insert(judged.rollouts[i].ids);
            calls += double(judged.rollouts[i].trajectory.steps);
        }
        distinct += double(texts.size());
    }
    return {{"right", mean(judged.verdicts)},
            {"calls", calls / double(count)},
            {"cost", mean(judged.costs)},
            {"reward", mean(judged.rewards)},
            {"distinct", distinct / double(count)},
            {"log_ratio", mean(judged.log_ratios)},
            {"threshold", threshold}};
}

}  // namespace seed
