// `seed decode`: a prompt in, a program out.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

// --json FILE writes what decoding.h says, and completion.
void add_decode_command(CLI::App& app);

}  // namespace seed
