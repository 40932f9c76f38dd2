// What a composition computes, evaluated here in C++: the expected values of the tests. The
// reference programs are never run for it, so a mistake in either shows up as a failing judgement.
#pragma once

#include "lua_tasks/composition.h"
#include "lua_tasks/value.h"

#include <cstdint>

namespace seed {

bool accepts(const Predicate& predicate, const Value& item);
bool accepts(const Filter& filter, const Value& item);
Value apply(const Map& map, const Value& item);

// f(argument). Throws Error where an integer leaves 64 bits, which no generated test does.
Value evaluate(const Composition& composition, const Value& argument);

// A hash of the function itself. A fold is determined by its source, its reduction and what every
// single item contributes, so these are hashed, the contributions over a window of items:
//     contribution(x) = map(x)   if the filter accepts x and map(x) is not neutral (0 in a sum)
//                     = nothing  otherwise
// "even and above 2" and "even and above 3" accept the same numbers: they hash alike, and neither
// can be trained on while the other is held out.
std::uint64_t composition_hash(const Composition& composition);

// The items over which two filters are compared: {-30 ... 30} for lists and branches, {1 ... 40}
// for ranges, characters and words chosen to tell all predicates apart.
const Value::List& item_window(Source source);

// True where both parts of the filter matter: it accepts some item of the window, rejects some,
// and differs from each of its predicates alone.
bool is_meaningful(const Filter& filter, Source source);

}  // namespace seed
