// A random selection of rows.
#pragma once

#include <utility>
#include <vector>

#include "core/array.h"
#include "core/philox.h"

namespace seed {

// `selected` of `available` rows, each at most once, in no order.
inline std::vector<Index> random_rows(Index selected, Index available, RandomKey key) {
    std::vector<Index> rows(available);
    for (Index i = 0; i < available; ++i) rows[i] = i;
    RandomStream random(key.fork("rows"), 0);
    for (Index i = available - 1; i > 0; --i) {
        std::swap(rows[i], rows[random.below(std::uint32_t(i + 1))]);
    }
    rows.resize(selected);
    return rows;
}

}  // namespace seed
