// From a composition to text: the prompt and the program.
//
// One composition has several surface forms. The prompt decides all of them: it names the
// variables and the result, and says "by index" or "or else" where the loop or the branch is
// written in its second style. So a completion follows from its prompt, token by token, and
// tokens that are predicted in parallel need not agree on a style by chance.
#pragma once

#include "core/philox.h"
#include "lua_tasks/composition.h"

#include <cstddef>
#include <string>

namespace seed {

struct Surface {
    bool source_first = false;   // "for each x in xs: sum of x" instead of "sum of x for each ..."
    bool second_style = false;   // index loop instead of ipairs; early return instead of else
    std::size_t names = 0;       // which names for the item and the argument
    std::size_t synonym = 0;     // which word for the reduction
};

// The second style is longer: a loop over two predicates does not take it.
Surface random_surface(const Composition& composition, RandomStream& random);

// "-- sum of x squared for each x in xs if even and above 3\n"
std::string render_prompt(const Composition& composition, const Surface& surface);

// "function f(xs)\n  local sum = 0\n ... end\n"
std::string render_program(const Composition& composition, const Surface& surface);

// Parts of a prompt, for instructions: "even and above 3", "x squared", "sum".
std::string filter_phrase(const Filter& filter);
std::string map_phrase(const Map& map, Source source, const Surface& surface);
std::string reduction_phrase(Reduction reduction, const Surface& surface);

}  // namespace seed
