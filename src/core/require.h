// Preconditions and input errors: one line that says what was expected and what was got.
//
// `require` is for everything that can go wrong because of an input: it throws `Error`, and the
// program prints the message and exits with status 1. Nothing aborts, nothing is silently mended.
#pragma once

// fmt 9 turns half of its constexpr off under nvcc and then cannot check format strings
#if defined(__NVCC__) && !defined(FMT_USE_CONSTEXPR)
#define FMT_USE_CONSTEXPR 1
#endif
#include <fmt/core.h>

#include <stdexcept>

namespace seed {

struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Compiled once: what is left of `fail` for each list of types is a call.
[[noreturn]] void fail_with(fmt::string_view message, fmt::format_args arguments);

template <class... Arguments>
[[noreturn]] void fail(fmt::format_string<Arguments...> message, Arguments&&... arguments) {
    fail_with(message, fmt::make_format_args(arguments...));
}

// Throws Error with the formatted message unless `condition` holds.
template <class... Arguments>
void require(bool condition, fmt::format_string<Arguments...> message, Arguments&&... arguments) {
    if (!condition) fail_with(message, fmt::make_format_args(arguments...));
}

}  // namespace seed
