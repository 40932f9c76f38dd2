// A word to those who ask a model for what it has never been asked in training.
#pragma once

#include <string_view>

#include "runs/run_config.h"

namespace seed {

// A line on standard error if the run was trained on Lua tasks and its world has no such prompt.
void note_unknown_prompt(const RunConfig& config, std::string_view prompt);

}  // namespace seed
