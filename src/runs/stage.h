// A run that is one stage of a larger plan: the tour's, an ablation's. A stage may go on from the
// last checkpoint of another one.
#pragma once

#include "runs/run_folder.h"

namespace seed {

// A configuration's run in parts: the steps before its edit stage begins. Throws Error where one of
// the two parts has no step.
Index steps_of_stage_1(const RunConfig& config);

struct Stage {
    std::filesystem::path folder;
    std::string title;  // of the progress bar
    RunConfig config;
    Index last_step = 0;
    std::filesystem::path goes_on_from = {};  // folder of another run; empty: from nothing
};

// Starts the run if the folder has none, and trains from its last checkpoint to its last step.
// Throws Error where the folder has a run with another configuration.
CpuTransformer train_stage(const Stage& stage, const TextSource& source);

}  // namespace seed
