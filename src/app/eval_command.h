// `seed eval`: likelihood and pass@1 of a trained model, on held-out texts and tasks.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

void add_eval_command(CLI::App& app);

}  // namespace seed
