#include "evaluation/experiment.h"

#include "runs/distillation.h"
#include "runs/fine_tuning.h"

namespace seed {

std::string Experiment::title(const std::string& what) const {
    return fmt::format("seed {}: {}", config.seed, what);
}

Experiment experiment_of(const AblationOptions& options) {
    RunConfig config = options.config;
    Tokenizer tokenizer =
        train_task_tokenizer(int(config.model.vocab_size), config.world, RandomKey{config.seed});
    config.model.vocab_size = tokenizer.vocab_size();
    config.model.mask_token = tokenizer.mask_id();
    return {options.folder / fmt::format("seed_{}", config.seed),
            config,
            std::move(tokenizer),
            options.distillation,
            options.speedup_steps,
            options.tasks};
}

CpuTransformer stage_2_model(const Experiment& e) {
    train_stage({e.folder / "stage_1", e.title("stage 1"), e.config, steps_of_stage_1(e.config)},
                *e.source);
    return train_stage(
        {e.folder / "stage_2", e.title("stage 2"), e.config, e.config.steps, e.folder / "stage_1"},
        *e.source);
}

CpuTransformer selected_model(const Experiment& e) {
    stage_2_model(e);
    return distill_stage(e.folder / "stage_2", e.folder / "selected",
                         distillation_training(e.config, e.size), *e.source, e.title("selected"));
}

SpeedupOutcome reduced_model(const Experiment& e, const std::string& from, const std::string& name,
                             const RunConfig& config) {
    const std::filesystem::path folder = e.folder / name;
    const RunConfig started = start_or_find_fine_tuning(e.folder / from, folder, config);
    return speed_up_in_folder(folder, started, *e.source, e.title(name));
}

}  // namespace seed
