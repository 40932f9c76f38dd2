// `seed edit`: a program in, the changed program out.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

//     seed edit RUN FILE --instruction "now if odd"
//     seed edit RUN FILE --prompt "-- sum for each x in xs if even: x"
//
// The file is put behind the instruction (as a comment) or the prompt, and the model rewrites what
// does not fit: what stage 2 trains. A prompt says what the program should be. Instructions that
// were learned: "now if odd", "now x squared", "now product", "now else x plus 2", and "fix: sum
// for each x in xs if even: x" for a program that has a mistake.
//
// --json FILE writes what decoding.h says, program (the file), completion (the changed program) and
// distance: the Levenshtein distance of the two in tokens.
void add_edit_command(CLI::App& app);

}  // namespace seed
