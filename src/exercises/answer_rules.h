// What an answer must not do, as far as its text and the linker's table tell it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "exercises/exercise.h"

namespace seed {

// What no answer needs, and the grader cannot look through: the preprocessor, attributes, assembly,
// `extern`, the emulator itself, names that begin with two underscores and are none of CUDA; and
// what would do the work for it: the project's other kernels and launchers. `ours` is the file as
// the project has it. Throws Error.
void refuse_tricks(const Exercise& exercise, std::string_view answer, std::string_view ours);

// Calls of folder/code.so into other libraries that are not on the list: files, processes,
// functions of the project whose names are not in `ours`. Throws Error with the name.
void refuse_calls(const std::filesystem::path& folder, std::string_view ours);

}  // namespace seed
