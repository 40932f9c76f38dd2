// The parts that rows are cut into: part p is the rows first_row[p] ... first_row[p + 1] - 1.
#pragma once

#include <algorithm>
#include <span>

#include "core/device_array.h"

namespace seed {

// On the device. Throws Error "WHAT: expected 5 VALUES cut into 2 parts, got other bounds".
inline DeviceBuffer<Index> checked_segments(Index rows, Index parts,
                                            std::span<const Index> first_row, const char* what,
                                            const char* values) {
    require(Index(first_row.size()) == parts + 1 && first_row.front() == 0 &&
                first_row.back() == rows && std::is_sorted(first_row.begin(), first_row.end()),
            "{}: expected {} {} cut into {} parts, got other bounds", what, rows, values, parts);
    return DeviceBuffer<Index>(first_row);
}

}  // namespace seed
