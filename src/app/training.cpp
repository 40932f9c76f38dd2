#include "app/training.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/progress.h"
#include "core/records.h"
#include "mask_corruption/mask_tokens.h"
#include "tokenizer/tokenizer_json.h"
#include "transformer/autoregressive.h"

namespace seed {
namespace fs = std::filesystem;

CpuTransformer initial_model(const RunConfig& config) {
    ParameterSet<Host<float>> parameters(config.model);
    initialize(parameters, RandomKey{config.seed}.fork("weights"));
    return {config.model, std::move(parameters)};
}

namespace {

// The full state first: if the machine stops between the two files, --resume writes both again.
void write_checkpoint(const fs::path& folder, const Trainer<Host<float>>& trainer,
                      const CpuTransformer& model) {
    write_safetensors(folder / "training.safetensors", trainer.state());
    Safetensors weights;
    add_tensors(weights, model.parameters(), "");
    weights.metadata["step"] = std::to_string(trainer.steps_done());
    write_safetensors(folder / "model.safetensors", weights);
}

}  // namespace

LoadedRun load_run(const fs::path& folder) {
    RunConfig config = load_config(folder);
    Tokenizer tokenizer = load_tokenizer(folder / "tokenizer.json");
    require(tokenizer.vocab_size() == config.model.vocab_size,
            "{}: expected the model's {} tokens, got {}", (folder / "tokenizer.json").string(),
            config.model.vocab_size, tokenizer.vocab_size());
    CpuTransformer model(config.model, read_parameters<Host<float>>(
                                           config.model, folder / "model.safetensors"));
    return {std::move(config), std::move(tokenizer), std::move(model)};
}

void start_run(const fs::path& folder, const RunConfig& config, const Tokenizer& tokenizer) {
    for (const char* file : {"config.json", "training.safetensors", "model.safetensors"}) {
        require(!fs::exists(folder / file),
                "{}: expected a folder without a run, got one with {}; use --resume to go on",
                folder.string(), file);
    }
    std::error_code error;
    fs::create_directories(folder, error);
    require(!error, "{}: cannot make the folder: {}", folder.string(), error.message());
    save_tokenizer(folder / "tokenizer.json", tokenizer);
    save_config(folder, config);  // last: a folder with a configuration can be resumed
}

TrainingBatch training_batch(const RunConfig& config, const TextSource& source, Index step) {
    const std::vector<Canvas> canvases = source.training(step * config.batch, config.batch);
    if (config.objective == Objective::autoregressive) return next_token_batch(canvases);
    const RandomKey key = RandomKey{config.seed}.fork("noise").fork(std::uint64_t(step));
    return masked_batch(canvases, config.schedule, config.model.mask_token, key);
}

CpuTransformer train_in_folder(const fs::path& folder, const RunConfig& config,
                               const TextSource& source, const std::string& title) {
    CpuTransformer model = initial_model(config);
    Trainer<Host<float>> trainer(model, config.adamw, config.steps);
    const fs::path checkpoint = folder / "training.safetensors";
    if (fs::exists(checkpoint)) trainer.restore(read_safetensors(checkpoint), checkpoint.string());

    RunRecord record(folder / "record.jsonl", trainer.steps_done());
    Progress progress(title, config.steps);
    while (trainer.steps_done() < config.steps) {
        const StepReport report =
            trainer.step(training_batch(config, source, trainer.steps_done()));
        record.append({{"step", report.step},
                       {"loss", report.loss},
                       {"gradient_norm", report.gradient_norm},
                       {"learning_rate", report.learning_rate}});
        progress.update(report.step, fmt::format("loss {:.3f}", report.loss));
        if (report.step % config.checkpoint_every == 0 || report.step == config.steps) {
            write_checkpoint(folder, trainer, model);
        }
    }
    progress.finish();
    return model;
}

}  // namespace seed
