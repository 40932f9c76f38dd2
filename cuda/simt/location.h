// A place in the source, captured where a default argument is evaluated: at the caller's line.
#pragma once

#include <string>
#include <string_view>

namespace simt {

// std::source_location with the two members that messages need (clang 14 lacks the original).
struct Location {
    const char* file = "";
    unsigned line = 0;

    static constexpr Location current(const char* file = __builtin_FILE(),
                                      unsigned line = __builtin_LINE()) {
        return {file, line};
    }
};

// The same line of the same file? Copies of a header's name may differ in address, so text decides.
inline bool same(const Location& a, const Location& b) {
    return a.line == b.line && (a.file == b.file || std::string_view(a.file) == b.file);
}

// "cuda/transformer/rms_norm.cu:42": the path as seen from the project's folder.
std::string to_string(const Location& where);

// `path` without the project's folder before it.
std::string project_path(const char* path);

}  // namespace simt
