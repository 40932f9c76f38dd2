// How long things take, for `seed bench`.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace seed {

template <class Work>
double seconds_of(Work&& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The upper one of an even number's two.
inline double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(values.size() / 2),
                     values.end());
    return values[values.size() / 2];
}

}  // namespace seed
