// Programs of several steps: a list is made of the argument, and then folded.
#pragma once

#include "core/philox.h"
#include "lua_tasks/composition.h"
#include "lua_tasks/surface.h"
#include "lua_tasks/value.h"

#include <string>
#include <vector>

namespace seed {

enum class LongShape {
    two_stages,   // `first` makes a list, `second` folds it
    helper,       // `first` makes a list and maps by a helper, the branch `third`
    two_results,  // `second` and `third` fold the list of `first`; both results are returned
    count
};

struct LongProgram {
    LongShape shape = LongShape::two_stages;
    Composition first, second, third;
    bool operator==(const LongProgram&) const = default;
};

LongProgram random_long_program(RandomStream& random);

// As those of a composition (space.h, evaluate.h).
bool is_valid(const LongProgram& program);
std::vector<LongProgram> neighbours(const LongProgram& program);
Value evaluate(const LongProgram& program, const Value& argument);

// Of shape and parts. Programs whose parts differ and that still compute the same have two hashes.
std::uint64_t composition_hash(const LongProgram& program);

// "-- list for each item if even: squared; then sum for each item if above 3: plus 2\n", with
// "helper" for a map and "; helper: if odd: doubled, else negated", or "; and count for each item".
std::string render_prompt(const LongProgram& program);
Rendering render(const LongProgram& program, const Surface& surface);

}  // namespace seed
