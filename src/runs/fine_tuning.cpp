#include "runs/fine_tuning.h"

#include <algorithm>

#include "core/files.h"
#include "runs/training_impl.h"
#include "trajectory_selection/trajectory_file.h"

namespace seed {
namespace fs = std::filesystem;

Index texts_seen(const RunConfig& config) {
    const Index trained_on = config.steps * config.batch;
    if (const auto& d = config.distillation) return d->first_text + std::max(trained_on, d->texts);
    if (const auto& r = config.step_reduction) {
        return r->first_text + config.steps * r->prompts + trained_on;
    }
    return trained_on;
}

namespace {

// What is known of the model that a fine-tuning starts from.
RunConfig with_start(RunConfig config, const LoadedRun& start) {
    config.model = start.config.model;
    const std::string digest = digest_of(start.model.parameters());
    const Index first_text = texts_seen(start.config);
    if (config.distillation) {
        config.distillation->model = digest;
        config.distillation->first_text = first_text;
    }
    if (config.step_reduction) {
        config.step_reduction->model = digest;
        config.step_reduction->first_text = first_text;
    }
    return config;
}

// A kill before the configuration was written leaves the weights of step 0 behind: these may go.
void require_no_run(const fs::path& folder) {
    const fs::path state = folder / "training.safetensors";
    const bool is_half_made = fs::exists(state) && !fs::exists(folder / "config.json") &&
                              !fs::exists(folder / "record.jsonl") &&
                              read_safetensors(state).metadata["step"] == "0";
    if (!is_half_made) require_startable(folder);
    for (const char* file : {"pool.safetensors", "selected.safetensors", "best.safetensors"}) {
        require(!fs::exists(folder / file), "{}: expected a folder without a run, got one with {}",
                folder.string(), file);
    }
}

}  // namespace

RunConfig start_fine_tuning(const fs::path& from, const fs::path& folder, RunConfig config) {
    require(config.distillation.has_value() || config.step_reduction.has_value(),
            "fine-tuning: expected its options, got none");
    require_no_run(folder);
    LoadedRun start = load_run(from);
    require(start.config.objective == Objective::diffusion,
            "{}: expected a diffusion model to fine-tune, got an autoregressive one",
            from.string());
    require(!config.step_reduction || config.corpus.empty(),
            "{}: expected a run on Lua tasks, got one on a corpus", from.string());
    config = with_start(std::move(config), start);
    check_run_config(config);
    std::error_code error;
    fs::create_directories(folder, error);
    require(!error, "{}: cannot make the folder: {}", folder.string(), error.message());
    Trainer<Host<float>> trainer(start.model, config.optimizer(), config.steps);
    write_checkpoint(folder, trainer, start.model);
    if (config.step_reduction) {
        write_file_atomically(folder / "start.safetensors",
                              read_file(folder / "model.safetensors"));
    }
    write_file_atomically(folder / "tokenizer.json", read_file(from / "tokenizer.json"));
    save_config(folder, config);  // last: a folder with a configuration can be resumed
    return config;
}

RunConfig start_or_find_fine_tuning(const fs::path& from, const fs::path& folder,
                                    const RunConfig& config) {
    if (!fs::exists(folder / "config.json")) return start_fine_tuning(from, folder, config);
    RunConfig there = load_config(folder);
    require(config_json(there) == config_json(with_start(config, load_run(from))),
            "{}: expected a run with the options that were given now, got one with others",
            folder.string());
    return there;
}

}  // namespace seed
