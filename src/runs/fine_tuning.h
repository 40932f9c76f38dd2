// A run that starts from the weights of another one, with a training of its own: a distillation or
// a step reduction.
#pragma once

#include "runs/run_folder.h"

namespace seed {

// Number of the first training text that a model of this run has not seen.
Index texts_seen(const RunConfig& config);

// Makes a run in `folder` that starts from the weights of the run in `from`, at step 0, without its
// optimiser's moments. `config` is that of the new run, with a distillation or a step reduction,
// whose `model` and `first_text` are filled in here. A step reduction keeps the weights that it
// starts from in start.safetensors. Returns the configuration as written. Throws Error if the
// folder holds a run.
RunConfig start_fine_tuning(const std::filesystem::path& from, const std::filesystem::path& folder,
                            RunConfig config);

// Starts the run if the folder has none. Returns its configuration. Throws Error where the folder
// has a run with another configuration, or from another model.
RunConfig start_or_find_fine_tuning(const std::filesystem::path& from,
                                    const std::filesystem::path& folder, const RunConfig& config);

}  // namespace seed
