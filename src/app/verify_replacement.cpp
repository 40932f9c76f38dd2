#include "app/verify_replacement.h"

#include <fstream>

#include "exercises/reader_library.h"
#include "tests/support/reader_process.h"

namespace seed {
namespace {

namespace fs = std::filesystem;

// "a definition of void seed::fill(seed::DeviceView<float>, float)"
std::string expected_definition(const KernelCase& kernel) {
    std::string type = spelled(kernel.type);  // "void (*)(seed::DeviceView<float>, float)"
    const std::size_t pointer = type.find("(*)");
    if (pointer != type.npos) type.replace(pointer, 3, "seed::" + function_name(kernel));
    return "a definition of " + type;
}

// Whether the file launches as nvcc alone understands it.
bool has_chevrons(const fs::path& file) {
    std::ifstream text(file);
    for (std::string line; std::getline(text, line);) {
        if (line.substr(0, line.find("//")).find("<<<") != line.npos) return true;
    }
    return false;
}

}  // namespace

AnyFunction compile_replacement(const fs::path& file, const KernelCase& kernel) {
    require(function_name(kernel) != "", "--file: expected a kernel with a function, got {}",
            kernel.name);
    require(fs::is_regular_file(file), "{}: expected a file with a kernel, got none",
            file.string());
    static const ScratchFolder folder;  // the checker looks up lines in the library until the end
    const int status = compile_reader_file(file, {{kernel.type, "&seed::" + function_name(kernel)}},
                                           ReaderCode::kernel, folder.path());
    require(status == 0, "{}: the compiler ended with {}; expected {}{}", file.string(),
            exit_of(status), expected_definition(kernel),
            has_chevrons(file) ? "; kernel<<<grid, block>>>(...) is written "
                                 "simt::launch<kernel>({grid, block}, ...)"
                               : "");
    AnyFunction function = nullptr;
    try {
        function = load_reader_function(folder.path(), 0);
    } catch (const Error& error) {
        fail("{}: {}", file.string(), error.what());
    }
    require(function != kernel.launcher, "{}: expected {}, got none", file.string(),
            expected_definition(kernel));
    return function;
}

}  // namespace seed
