// `seed train`: trains a model in a folder, or resumes a run that was stopped.
#pragma once

#include <CLI/CLI.hpp>

#include "runs/run_config.h"

namespace seed {

void add_train_command(CLI::App& app);

}  // namespace seed
