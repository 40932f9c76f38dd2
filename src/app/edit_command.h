// `seed edit`: a program in, the changed program out.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

//     seed edit RUN FILE --instruction "sum for each item if even: squared"
//
// The file is put behind the instruction, which says as a comment what the program should do (its
// two dashes may be left out), and the model rewrites what does not fit: what stage 2 trains. The
// program may have a mistake, or do something else that is near. What looks like a special token in
// it ("<|eos|>") is text like any other. Line ends come back as "\n", a byte order mark does not; a
// "#!" line and blank lines in front come back as they were.
//
// --json FILE writes what decoding.h says, program (the file), completion (the changed program) and
// distance: the Levenshtein distance of the two in tokens.
void add_edit_command(CLI::App& app);

}  // namespace seed
