// What launchers refuse: a call each, and the whole message. Nothing may have been launched or
// written by then, so that views of no memory do.
//
// The tests are tagged [refusals]. tests/structure/refusals_test.py runs them and sees to it that
// no refusal of cuda/ is left out: it finds their messages in the file that SEED_REFUSALS names.
#pragma once

#include <cstdlib>
#include <fstream>
#include <functional>
#include <vector>

#include "core/device_array.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

namespace seed {

struct Refusal {
    std::function<void()> call;
    std::string message;
};

inline void check_refusals(const std::vector<Refusal>& refusals) {
    const char* const notes = std::getenv("SEED_REFUSALS");
    for (const Refusal& refusal : refusals) {
        CHECK(error_of(refusal.call) == refusal.message);
        if (notes != nullptr) std::ofstream(notes, std::ios::app) << refusal.message << '\n';
    }
}

template <class T = float>
DeviceView<T> shaped(Index rows, Index cols) {
    return {nullptr, rows, cols};
}

// "NAME: expected shape (3, 4), got (3, 5)", or of other shapes
inline std::string shape(const std::string& name, const std::string& expected = "3, 4",
                         const std::string& got = "3, 5") {
    return fmt::format("{}: expected shape ({}), got ({})", name, expected, got);
}

}  // namespace seed
