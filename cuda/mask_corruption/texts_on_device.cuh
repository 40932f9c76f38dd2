// Which rows belong to which text, for the kernels of the reveal rules.
#pragma once

#include "core/device_array.h"

namespace seed {

// The texts that rows belong to, on the device. Throws Error where they are not those of `revealed`
// (and of `values`, which the error calls by their name).
struct TextsOnDevice {
    Index count;
    DeviceBuffer<Index> first_row;

    TextsOnDevice(DeviceView<std::int32_t> revealed, std::span<const Index> first)
        : count(checked_count(revealed, first)), first_row(first) {}
    TextsOnDevice(DeviceView<std::int32_t> revealed, DeviceView<const double> values,
                  std::span<const Index> first, const char* name = "reveal: probabilities")
        : TextsOnDevice(revealed, first) {
        require_shape(values, revealed.rows, 1, name);
    }

private:
    static Index checked_count(DeviceView<std::int32_t> revealed, std::span<const Index> first) {
        require(!first.empty() && first.front() == 0 && first.back() == revealed.rows,
                "reveal: expected texts of {} rows from 0 on, got other ends", revealed.rows);
        for (std::size_t b = 1; b < first.size(); ++b) {
            require(first[b - 1] <= first[b],
                    "reveal: expected ascending first rows, got {} before {}", first[b - 1],
                    first[b]);
        }
        require_shape(revealed, revealed.rows, 1, "reveal: revealed");
        return Index(first.size()) - 1;
    }
};

}  // namespace seed
