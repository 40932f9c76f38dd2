// From a composition to text: the prompt and the program.
//
// One composition has several surface forms: names of the variables, synonyms of the result. The
// prompt decides all of them and names the pieces in the order of the program, so a completion
// follows from its prompt, token by token, and tokens that are predicted in parallel need not agree
// on a style by chance.
#pragma once

#include "core/philox.h"
#include "lua_tasks/composition.h"

#include <cstddef>
#include <string>

namespace seed {

struct Surface {
    std::size_t names = 0;    // which names for the item and the argument
    std::size_t synonym = 0;  // which word for the reduction
};

Surface random_surface(RandomStream& random);

// "-- sum for each x in xs if even and above 3: x squared\n"; a count has no map: "-- count for ..."
std::string render_prompt(const Composition& composition, const Surface& surface);

// "function f(xs)\n  local sum = 0\n ... end\n"
std::string render_program(const Composition& composition, const Surface& surface);

}  // namespace seed
