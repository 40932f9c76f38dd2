// `seed exercises`: the course's exercises, a student's folder, a grader.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

void add_exercises_command(CLI::App& app);

}  // namespace seed
