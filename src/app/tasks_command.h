// `seed tasks`: shows tasks, counts them, judges a program.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

// Adds the subcommand. It runs inside app.parse() and throws Error for bad input, and
// CLI::RuntimeError(1), which app.exit() turns into exit status 1, for a program that fails.
//
//     seed tasks --show 5 --family edit     five tasks: prompt, program, tests
//     seed tasks --count                    how many distinct programs there are
//     seed tasks --judge FILE --task 3      the verdict on FILE as an answer to task 3
//
// --json FILE writes the same: for --show a list of {index, family, split, composition, prompt,
// original, program, tests: [{arguments: [...], expected}]}, values as Lua literals, original the
// program that an edit is to change, else empty; for --count {compositions, held_out}; for --judge
// {task, verdict, message}.
void add_tasks_command(CLI::App& app);

}  // namespace seed
