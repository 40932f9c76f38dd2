#include <fmt/format.h>

#include "core/require.h"
#include "simt/simt.h"

namespace simt {
namespace {

// Removes every occurrence of `part`.
void drop(std::string& text, std::string_view part) {
    for (std::size_t at; (at = text.find(part)) != text.npos;) text.erase(at, part.size());
}

}  // namespace

// From "void simt::launch(...) [with auto Kernel = seed::{anonymous}::scale; Arguments = ...]"
// (g++) or "... [Kernel = &(anonymous namespace)::scale, Arguments = <...>]" (clang) takes "scale".
std::string kernel_name(std::string_view pretty_function) {
    const std::size_t key = pretty_function.find("Kernel = ");
    if (key == pretty_function.npos) return std::string(pretty_function);
    std::string name(pretty_function.substr(key + 9));
    int depth = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        depth += (c == '<' || c == '(' || c == '[' || c == '{');
        if (depth == 0 && (c == ';' || c == ',' || c == ']')) {
            name.resize(i);
            break;
        }
        depth -= (c == '>' || c == ')' || c == ']' || c == '}');
    }
    for (std::string_view part :
         {"(anonymous namespace)::", "{anonymous}::", "<unnamed>::", "seed::", "&", "(", ")"}) {
        drop(name, part);
    }
    return name.substr(name.find_first_not_of(' '));
}

void check_launch(cudaError_t error, const LaunchShape& shape, std::string_view pretty_function) {
    seed::require(error == cudaSuccess, "{}: kernel {}: launch failed: {}", to_string(shape.where),
                  kernel_name(pretty_function), cudaGetErrorString(error));
}

void check_call(cudaError_t error, const char* call, Location where) {
    seed::require(error == cudaSuccess, "{}: {}: {}", to_string(where), call,
                  cudaGetErrorString(error));
}

}  // namespace simt
