// A check for options without a sign: CLI11 reads "-1" as the largest number there is.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace seed {

inline CLI::Validator not_negative() {
    const auto message = [](std::string& text) {
        return text.starts_with('-') ? "expected a number >= 0, got " + text : std::string();
    };
    return {message, ""};
}

}  // namespace seed
