// `seed edit`: a program in, the changed program out.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

//     seed edit RUN FILE --instruction "now if odd"
//         The model reads the instruction and the file and writes the changed program from masks,
//         on the canvas of edits. It has learned such prompts where the run has an --edit-share:
//         "now if odd", "now x squared", "now product", "now else x plus 2", or
//         "fix: sum for each x in xs if even: x" for a program that has a mistake.
//     seed edit RUN FILE --prompt "-- sum for each x in xs if even: x"
//         The file is put behind the prompt, and the model rewrites the tokens that it finds wrong:
//         what stage 2 trains.
//
// --json FILE writes what decoding.h says, program (the file), completion (the changed program) and
// distance: the Levenshtein distance of the two in tokens.
void add_edit_command(CLI::App& app);

}  // namespace seed
