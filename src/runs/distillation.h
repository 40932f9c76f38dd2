// Trajectory selection as a run on disk: from a trained model, draw a pool, keep the best, and
// fine-tune on them (trajectory_selection/). Beside the files of every run (run_config.h), whose
// steps are those of the fine-tuning, its folder holds
//
//   pool.safetensors       all trajectories drawn, in the order of the texts (trajectory_file.h)
//   selected.safetensors   those that are trained on
//
// All of it is a pure function of the model that it starts from and of the configuration: who is
// killed goes on to the same bits, for any number of threads.
#pragma once

#include "runs/run_folder.h"
#include "trajectory_selection/trajectory_file.h"

namespace seed {

// What a run does with its `distillation`; its steps, batch, learning rate and edit term stand in
// the RunConfig, its texts follow those that the model was trained on.
//
// Draws what is missing of the pool, selects, and trains from the last checkpoint, with a progress
// bar for each. Throws Error where the folder's run has no distillation, where a file of it is
// damaged or another model's, and where no trajectory is kept.
CpuTransformer distill_in_folder(const std::filesystem::path& folder, const RunConfig& config,
                                 const TextSource& source, const std::string& title);

// Starts the run if the folder has none, goes on if it has, and ends with the distilled model.
// Throws Error where the folder has a run with another configuration, or from another model.
CpuTransformer distill_stage(const std::filesystem::path& from, const std::filesystem::path& folder,
                             const RunConfig& config, const TextSource& source,
                             const std::string& title);

// The text of a number: `s` counts from 0 at the distillation's first text.
Canvas distilled_text(const RunConfig& config, const TextSource& source, Index s);

// What a selection made of a pool. JSON: drawn, kept, not_a_number, texts_without,
// pool_nats_per_token, best_nats_per_token, kept_nats_per_token (null: of those that are trained on
// the scores are not known); tokens are all that are revealed, the padding too.
struct SelectionReport {
    Index drawn = 0, kept = 0, not_a_number = 0, texts_without = 0;
    double mean_nats = 0, best_nats = 0;   // per token: of the pool, of each text's best
    std::optional<double> kept_nats = {};  // of those that are trained on
};

SelectionReport selection_report(const TrajectoryFile& pool, const RunConfig& config);
nlohmann::ordered_json to_json(const SelectionReport& report);

}  // namespace seed
