// A check of every option that takes a whole number: CLI11 reads "-1" and " -1" as the largest
// number without a sign, and what is beyond its type as the last number of it.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

// Adds the check to all such options of a command and of those below it. An option then has a
// number that its type holds, or the program ends with one line.
void check_whole_numbers(CLI::App& command);

}  // namespace seed
