#include "runs/speedup.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "block_decoding/block_batch.h"
#include "core/parallel.h"
#include "lua_tasks/judge.h"
#include "mask_corruption/mask_tokens.h"
#include "runs/fine_tuning.h"
#include "runs/training_impl.h"
#include "trajectory_selection/score.h"
#include "trajectory_selection/trajectory_file.h"

namespace seed {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
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

// [speedup.verifiers]
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
// [/speedup.verifiers]

double cost_of(const Rollout& rollout, SpeedCost cost, std::int32_t mask_token) {
    if (cost == SpeedCost::surrogate) {
        return edit_surrogate(rollout.ids, rollout.trajectory, mask_token);
    }
    return double(rollout.trajectory.steps) / double(masked_before(rollout.trajectory, 0).size());
}

}  // namespace

// [speedup.rollouts]
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
// [/speedup.rollouts]

namespace {

// Stage 2's own loss, of texts that no step has seen.
void add_kept_terms(TrainingBatch& batch, const RunConfig& config, const TextSource& source,
                    Index step, RandomKey key, const Proposals& proposals) {
    const StepReduction& r = *config.step_reduction;
    if (r.elbo_weight == 0 && !r.edit_term) return;
    const Index first = r.first_text + config.steps * r.prompts + step * config.batch;
    std::vector<Canvas> canvases;
    for (Index b = 0; b < config.batch; ++b) canvases.push_back(source.training(first + b, 1)[0]);
    const EditVocabulary vocabulary = edit_vocabulary(source.tokenizer());
    if (r.elbo_weight > 0) {
        TrainingBatch masked =
            r.sample.block > 0
                ? masked_block_batch(canvases, config.loss, r.sample.block, vocabulary.mask, key)
                : masked_batch(canvases, config.loss, vocabulary.mask, key);
        for (double& weight : masked.weights) weight *= r.elbo_weight;
        append(batch, masked);
    }
    if (r.edit_term) {
        add_edit_term(batch, canvases, asked_edits_of_step(config, source, first / config.batch),
                      config.edit_loss, vocabulary, key.fork("edit term"), proposals);
    }
}

}  // namespace

// [speedup.batch]
TrainingBatch speedup_batch(const RunConfig& config, const TextSource& source, Index step,
                            const JudgedRollouts& judged, const Proposals& proposals) {
    const StepReduction& r = *config.step_reduction;
    const RandomKey key = RandomKey{config.seed}.fork("speedup").fork(std::uint64_t(step));
    TrainingBatch batch = sampled_policy_batch(judged.rollouts, judged.advantages, r.sample,
                                               config.model.mask_token, key.fork("states"));
    add_kept_terms(batch, config, source, step, key.fork("kept"), proposals);
    if (r.sample.block > 0) batch.input.mask = AttentionMask::block_causal(r.sample.block);
    return batch;
}
// [/speedup.batch]

namespace {

Json record_of(const JudgedRollouts& judged, Index group, double threshold) {
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

CpuTransformer model_in(const fs::path& file, const ModelConfig& config) {
    return {config, read_parameters<Host<float>>(config, file)};
}

CpuTransformer start_in(const fs::path& folder, const RunConfig& config) {
    CpuTransformer start = model_in(folder / "start.safetensors", config.model);
    require(digest_of(start.parameters()) == config.step_reduction->model,
            "{}: expected the weights that the run starts from, got others",
            (folder / "start.safetensors").string());
    return start;
}

// Keeps the weights just written, if no checkpoint before was better.
void keep_best(const fs::path& folder, const std::vector<Json>& lines, Index every) {
    if (best_checkpoint(lines, every) != Index(lines.size())) return;
    write_file_atomically(folder / "best.safetensors", read_file(folder / "model.safetensors"));
}

}  // namespace

SpeedupOutcome speed_up_in_folder(const fs::path& folder, const RunConfig& config,
                                  const TextSource& source, const std::string& title) {
    require(config.step_reduction.has_value(), "{}: expected a run of seed speedup, got another",
            folder.string());
    const StepReduction& r = *config.step_reduction;
    const Tokenizer& tokenizer = source.tokenizer();
    CpuTransformer start = start_in(folder, config), model = initial_model(config);
    Trainer<Host<float>> trainer(model, config.adamw, config.steps);
    const fs::path file = folder / "training.safetensors";
    std::optional<Safetensors> checkpoint = read_checkpoint(file, config.model);
    require(checkpoint.has_value(), "{}: expected the state to go on from, got none",
            file.string());
    trainer.restore(*checkpoint, file.string());
    RunRecord record(folder / "record.jsonl", trainer.steps_done());
    std::vector<Json> lines = speedup_lines(folder);

    // Put right what a kill left half done
    remove_partial_files(folder);
    write_weights(folder, trainer, model);
    if (!lines.empty()) keep_best(folder, lines, config.checkpoint_every);

    const Proposals proposals = model_proposals(model, edit_vocabulary(tokenizer));
    Progress progress(title, config.steps);
    std::string stopped;
    while (trainer.steps_done() < config.steps) {
        stopped = reason_to_stop(lines, r.floor);
        if (!stopped.empty()) break;
        const Index step = trainer.steps_done();
        const JudgedRollouts judged = judged_rollouts(config, tokenizer, step, model, start);
        const auto report =
            trainer.step_or_skip(speedup_batch(config, source, step, judged, proposals));
        Json line{{"step", step + 1}};
        if (report) {
            line["loss"] = report->loss;
            line["gradient_norm"] = report->gradient_norm;
            line["learning_rate"] = report->learning_rate;
        }
        line.update(record_of(judged, r.group, threshold_of_step(r, step, config.steps)));
        line["skipped"] = report ? 0 : 1;
        record.append(line);
        lines.push_back(line);
        const SpeedupWindow last = last_window(lines);
        progress.update(step + 1,
                        fmt::format("{:.1f} calls  {:.2f} right  reward {:.2f}  {:.2f} distinct",
                                    last.calls, last.right, last.reward, last.distinct));
        if ((step + 1) % config.checkpoint_every == 0 || step + 1 == config.steps) {
            write_checkpoint(folder, trainer, model);
            if ((step + 1) % config.checkpoint_every == 0) {
                keep_best(folder, lines, config.checkpoint_every);
            }
        }
    }
    if (stopped.empty()) {
        progress.finish();
        return {std::move(model), {}};
    }
    const fs::path best = folder / "best.safetensors";
    const bool has_best = fs::exists(best);
    write_file_atomically(folder / "model.safetensors",
                          read_file(has_best ? best : folder / "start.safetensors"));
    stopped += fmt::format(
        "; kept: the weights {}",
        has_best ? fmt::format("of step {}", best_checkpoint(lines, config.checkpoint_every))
                 : "that it started from");
    return {model_in(folder / "model.safetensors", config.model), stopped};
}

}  // namespace seed
