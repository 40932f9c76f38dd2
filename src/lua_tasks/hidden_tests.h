// The tests that decide whether a program is right.
#pragma once

#include "core/philox.h"
#include "lua_tasks/composition.h"
#include "lua_tasks/long_program.h"
#include "lua_tasks/task.h"

#include <vector>

namespace seed {

// Six to nine inputs (of a long program up to sixteen) with the values that the composition gives:
// the empty input, lists around the constants (c-1, c, c+1), random ones, and, for every
// neighbouring composition that still passes, an input searched for that tells it apart.
std::vector<TaskTest> hidden_tests(const Composition& composition, RandomStream& random);
std::vector<TaskTest> hidden_tests(const LongProgram& program, RandomStream& random);

}  // namespace seed
