// Numbers that come in as double and are used as float.
#pragma once

#include <cmath>
#include <limits>

namespace seed {

// Does a float hold x with all its digits? Not where it would be infinite, nor where it would be 0
// or lose digits (below 1.2e-38), unless x is 0.
inline bool fits_float(double x) {
    using Limits = std::numeric_limits<float>;
    return x == 0 || (std::abs(x) >= double(Limits::min()) && std::abs(x) <= double(Limits::max()));
}

}  // namespace seed
