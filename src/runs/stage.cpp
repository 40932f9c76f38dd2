#include "runs/stage.h"

#include <nlohmann/json.hpp>

namespace seed {

Index steps_of_stage_1(const RunConfig& c) {
    Index step = 0;
    while (step < c.steps && !is_edit_stage(c.edit_stage, step, c.steps)) ++step;
    require(
        step > 0 && step < c.steps,
        "expected --edit-begin and --edit-end to give stage 1 and stage 2 a step each, got {} of "
        "{} steps for stage 1",
        step, c.steps);
    return step;
}

CpuTransformer train_stage(const Stage& stage, const TextSource& source) {
    if (!std::filesystem::exists(stage.folder / "config.json")) {
        if (stage.goes_on_from.empty()) {
            start_run(stage.folder, stage.config, source.tokenizer());
        } else {
            branch_run(stage.goes_on_from, stage.folder, stage.config);
        }
    }
    require(config_json(load_config(stage.folder)) == config_json(stage.config),
            "{}: expected a run with the options that were given now, got one with others",
            stage.folder.string());
    return train_in_folder(stage.folder, stage.config, source, stage.title, stage.last_step);
}

}  // namespace seed
