// The edit family: a program to change, and what to change about it.
#pragma once

#include "core/philox.h"
#include "lua_tasks/composition.h"
#include "lua_tasks/render.h"

#include <optional>
#include <string>

namespace seed {

// An instruction with the program that it is about, and what the changed program computes.
struct Edit {
    Composition target;
    std::optional<Composition> original;  // none where the program to change has a planted bug
    Surface surface;
    std::string prompt;      // "-- now if odd\n" or "-- fix: sum for each x ...\n"
    std::string program;     // to change
    std::string completion;  // the changed program
};

// Draws an edit of a short program: at most one predicate, and plain sources.
Edit random_edit(RandomStream& random);

}  // namespace seed
