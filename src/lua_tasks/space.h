// The space of compositions: drawing from it, walking through it, counting it.
#pragma once

#include "core/philox.h"
#include "lua_tasks/composition.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace seed {

// Draws every component on its own, so that rare constants do not crowd out common shapes.
Composition random_composition(RandomStream& random);

// The probability that random_composition draws this one, up to a constant factor; 0 for one that is
// not valid.
double draw_weight(const Composition& composition);

Predicate random_predicate(Source source, RandomStream& random);
Filter random_filter(Source source, RandomStream& random);
Map random_map(Source source, RandomStream& random);

// False for combinations that say nothing new: a filter whose second part changes nothing, a map
// in front of a count, a branch with equal arms.
bool is_valid(const Composition& composition);

// The valid compositions that differ from this one in a single component: the mistakes that hidden
// tests must notice.
std::vector<Composition> neighbours(const Composition& composition);

// Calls `visit` for every valid composition.
void for_each_composition(const std::function<void(const Composition&)>& visit);

}  // namespace seed
