// From a composition to text: the prompt and the program.
//
// The prompt says what is computed, piece by piece in the order of the program, and nothing of how
// it is written: it names no variable and no loop. One composition has many programs (surface.h).
#pragma once

#include "lua_tasks/composition.h"
#include "lua_tasks/surface.h"

#include <string>

namespace seed {

// "-- sum for each item if even and above 3: squared\n"; a count has no map: "-- count for ..."
std::string render_prompt(const Composition& composition);

// "function f(xs)\n  local total = 0\n ... end\n"
Rendering render(const Composition& composition, const Surface& surface);

// The pieces, for programs of several parts: "even and above 3", "sum for each item if even".
std::string filter_phrase(const Filter& filter);
std::string map_phrase(const Map& map);
std::string fold_phrase(const Composition& composition);  // without its map

}  // namespace seed
