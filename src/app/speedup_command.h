// seed speedup: train a model on its own rollouts, until it needs fewer calls.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

void add_speedup_command(CLI::App& app);

}  // namespace seed
