// --resume: to go on with a run, with its own options.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "runs/run_config.h"

namespace seed {

// What a run was started with stays: an option that changed nothing must not look as if it did.
// Throws Error where --resume comes with an option that is not one of `allowed`.
void require_resume_alone(const CLI::App& command, const std::vector<std::string>& allowed);

// The run's corpus is now at `place`, and its configuration says so. Throws Error, leaving it as it
// was, where no folder is there or the corpus has changed.
RunConfig move_corpus(const std::filesystem::path& folder, const std::string& place);

}  // namespace seed
