#include "runs/speedup.h"

#include "block_decoding/block_batch.h"
#include "mask_corruption/mask_tokens.h"
#include "runs/fine_tuning.h"
#include "runs/training_impl.h"
#include "trajectory_selection/trajectory_file.h"

namespace seed {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
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
    Trainer<Host<float>> trainer(model, config.optimizer(), config.steps);
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
