#include "app/verify_replacement.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "app/reader_process.h"
#include "core/files.h"

namespace seed {
namespace {

namespace fs = std::filesystem;

// A folder under the temporary one, removed at the end of the scope.
class ScratchFolder {
public:
    ScratchFolder() {
        std::string name = (fs::temp_directory_path() / "seed_verify_XXXXXX").string();
        require(::mkdtemp(name.data()) != nullptr, "cannot make a folder like {}", name);
        path_ = name;
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

// "void (*)(seed::DeviceView<float>, float)": C++ again, and so part of a program.
std::string spelled(const std::string& type) {
    int status = 0;
    char* text = abi::__cxa_demangle(type.c_str(), nullptr, nullptr, &status);
    const std::string result = status == 0 ? text : type;
    std::free(text);
    return result;
}

// Runs a program and waits for it; its output goes to standard error.
int run_program(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    std::fflush(nullptr);
    const pid_t child = ::fork();
    require(child >= 0, "cannot start {}: {}", command[0], std::strerror(errno));
    if (child == 0) {
        ::dup2(STDERR_FILENO, STDOUT_FILENO);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        require(errno == EINTR, "cannot wait for {}: {}", command[0], std::strerror(errno));
    }
    return status;
}

// What stands behind the reader's file: the one name by which the program finds the function. The
// assignment picks it by its type; where the types differ the compiler says how.
std::string entry_point(const KernelCase& kernel) {
    return fmt::format(
        "\nextern \"C\" void (*seed_replacement())() {{\n"
        "    std::type_identity_t<{}> function_of_the_kernel = &seed::{};\n"
        "    return reinterpret_cast<void (*)()>(function_of_the_kernel);\n}}\n",
        spelled(kernel.type), function_name(kernel));
}

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

std::vector<std::string> compile_command(const fs::path& file, const fs::path& entry,
                                         const fs::path& library) {
    std::vector<std::string> command;
    std::istringstream words(SEED_KERNEL_COMPILER);
    for (std::string word; std::getline(words, word, '|');) command.push_back(word);
    command.insert(command.end(), {"-include", fs::absolute(file).string(), "-x", "c++",
                                   entry.string(), "-o", library.string()});
    return command;
}

}  // namespace

std::string function_name(const KernelCase& kernel) {
    const void* address = reinterpret_cast<const void*>(kernel.launcher);
    Dl_info info{};
    if (::dladdr(address, &info) == 0 || info.dli_saddr != address) return "";
    const std::string signature = spelled(info.dli_sname);  // "seed::fill(seed::DeviceView<...>)"
    const std::string name = signature.substr(0, signature.find('('));
    return name.starts_with("seed::") ? name.substr(6) : "";
}

AnyFunction compile_replacement(const fs::path& file, const KernelCase& kernel) {
    require(std::string_view(SEED_KERNEL_COMPILER) != "",
            "--file: expected the build whose kernels are emulated, got one for a GPU");
    require(function_name(kernel) != "", "--file: expected a kernel with a function, got {}",
            kernel.name);
    require(fs::is_regular_file(file), "{}: expected a file with a kernel, got none",
            file.string());
    static const ScratchFolder folder;  // the checker looks up lines in the library until the end
    const fs::path entry = folder.path() / "entry_point.cpp";
    const fs::path library = folder.path() / "kernel.so";
    write_file_atomically(entry, "#include <type_traits>\n" + entry_point(kernel));
    const int status = run_program(compile_command(file, entry, library));
    require(status == 0, "{}: the compiler ended with {}; expected {}{}", file.string(),
            exit_of(status), expected_definition(kernel),
            has_chevrons(file) ? "; kernel<<<grid, block>>>(...) is written "
                                 "simt::launch<kernel>({grid, block}, ...)"
                               : "");
    void* loaded = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    require(loaded != nullptr, "{}: cannot be loaded: {}", file.string(), ::dlerror());
    using EntryPoint = AnyFunction (*)();
    const auto find = reinterpret_cast<EntryPoint>(::dlsym(loaded, "seed_replacement"));
    require(find != nullptr, "{}: cannot be loaded: no entry point", file.string());
    const AnyFunction function = find();
    require(function != kernel.launcher, "{}: expected {}, got none", file.string(),
            expected_definition(kernel));
    return function;
}

}  // namespace seed
