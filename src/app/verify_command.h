// `seed verify`: every kernel against its reference, in one table.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

void add_verify_command(CLI::App& app);

}  // namespace seed
