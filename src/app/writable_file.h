// A check for options that name a file to write at the end: work is not begun in vain.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "core/files.h"
#include "core/require.h"

namespace seed {

// Refuses a file that could not be written now, and leaves whatever is there as it is. No name
// means no file.
inline CLI::Validator writable_file() {
    const auto message = [](std::string& file) -> std::string {
        try {
            if (!file.empty()) require_writable(file);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    return {message, ""};
}

}  // namespace seed
