// Parts of different lengths, for the kernels that take rows part by part.
#pragma once

#include <vector>

#include "core/array.h"
#include "core/philox.h"

namespace seed {

// The bounds of `parts` parts of 0 ... `longest` rows. The first is of full length, so is the last
// but one; every fifth is empty, two neighbours now and then, and so is the last of three or more.
inline std::vector<Index> ragged_parts(Index parts, Index longest, RandomKey key) {
    RandomStream random(key.fork("parts"), 0);
    std::vector<Index> first_row{0};
    for (Index p = 0; p < parts; ++p) {
        Index rows = random.between(0, int(longest));
        if (p == 0 || p == parts - 2) rows = longest;
        if (p % 5 == 3 || p % 35 == 4 || (p > 1 && p == parts - 1)) rows = 0;
        first_row.push_back(first_row.back() + rows);
    }
    return first_row;
}

}  // namespace seed
