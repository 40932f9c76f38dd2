#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>

namespace seed {

// `seed exercises break`: plants a fault of `project`/exercises/break_it in a copy of its kernel.
void add_break_command(CLI::App& exercises, const std::filesystem::path& project);

}  // namespace seed
