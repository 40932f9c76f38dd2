// A reader's own kernel in the place of one of ours: compiled against the emulator while the
// program runs, and called by the same case.
#pragma once

#include <filesystem>

#include "tests/support/kernel_case.h"

namespace seed {

// Compiles `file`, which must define the kernel's function in namespace seed, and returns that
// function; it stays loaded until the program ends. The compiler's messages go to standard error.
// Throws Error where the file does not compile, lacks the function or gives it another type, and in
// a program that was built for a GPU.
AnyFunction compile_replacement(const std::filesystem::path& file, const KernelCase& kernel);

}  // namespace seed
