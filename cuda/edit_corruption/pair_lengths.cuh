// The lengths of a batch of pairs, checked and on the device.
#pragma once

#include <vector>

#include "core/device_array.h"

namespace seed {

struct PairLengths {
    Index a, b;
};

inline DeviceBuffer<PairLengths> checked_lengths(DeviceView<std::int32_t> distances,
                                                 DeviceView<const std::int32_t> a,
                                                 DeviceView<const std::int32_t> b,
                                                 std::span<const Index> a_lengths,
                                                 std::span<const Index> b_lengths) {
    const Index pairs = a.rows;
    require_shape(distances, pairs, 1, "levenshtein: distances");
    require_shape(b, pairs, b.cols, "levenshtein: b");
    require(Index(a_lengths.size()) == pairs && Index(b_lengths.size()) == pairs,
            "levenshtein: expected {} lengths of a and of b, got {} and {}", pairs,
            a_lengths.size(), b_lengths.size());
    std::vector<PairLengths> lengths;
    for (std::size_t p = 0; p < a_lengths.size(); ++p) {
        lengths.push_back({a_lengths[p], b_lengths[p]});
        require(a_lengths[p] >= 0 && a_lengths[p] <= a.cols && b_lengths[p] >= 0 &&
                    b_lengths[p] <= b.cols,
                "levenshtein: expected lengths in [0, {}] and [0, {}], got {} and {}", a.cols,
                b.cols, a_lengths[p], b_lengths[p]);
    }
    return DeviceBuffer<PairLengths>(lengths);
}

}  // namespace seed
