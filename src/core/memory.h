// How much memory there is: asking for more than that must be an error, not a kill.
#pragma once

#include <cstdint>

#include "core/require.h"

namespace seed {

// Bytes that a program may still take, as Linux estimates them, within the limit of the control
// group (a container); the largest number where neither is known.
std::uint64_t available_memory();

// What stands in the way is the size that was asked for, not what was to be done with it.
struct NotEnoughMemory : Error {
    using Error::Error;
};

// Throws NotEnoughMemory if `rows` x `cols` elements are more than the available memory or than
// 2^63 bytes. Small arrays pass without a look: asking the system takes a while.
void require_memory(std::int64_t rows, std::int64_t cols, std::uint64_t bytes_per_element);

}  // namespace seed
