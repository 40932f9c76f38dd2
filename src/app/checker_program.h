// The second program that exercises need: this one as the checker build has it.
#pragma once

#include <filesystem>

namespace seed {

// The release build's own program.
std::filesystem::path release_program();

// build/checker/seed beside this build/release/seed. Throws Error where there is none, and in the
// checker build itself.
std::filesystem::path checker_program();

}  // namespace seed
