// --resume: to go on with a run, with its own options.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace seed {

// What a run was started with stays: an option that changed nothing must not look as if it did.
// Throws Error where --resume comes with an option that is not one of `allowed`.
void require_resume_alone(const CLI::App& command, const std::vector<std::string>& allowed);

}  // namespace seed
