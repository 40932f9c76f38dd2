// seed distill: draw trajectories from a model, keep the best, fine-tune on them (chapter 5).
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

void add_distill_command(CLI::App& app);

}  // namespace seed
