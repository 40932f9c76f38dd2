#include "simt/location.h"

#include <fmt/format.h>

#include <string_view>

namespace simt {

std::string project_path(const char* path) {
    constexpr std::string_view folder = SIMT_PROJECT_DIR "/";
    const std::string_view whole = path;
    return std::string(whole.starts_with(folder) ? whole.substr(folder.size()) : whole);
}

std::string to_string(const Location& where) {
    return fmt::format("{}:{}", project_path(where.file), where.line);
}

}  // namespace simt
