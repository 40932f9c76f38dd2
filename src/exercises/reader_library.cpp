#include "exercises/reader_library.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sstream>

#include "core/files.h"

namespace seed {

namespace fs = std::filesystem;
namespace {

constexpr rlim_t most_memory = rlim_t{3} << 30, largest_file = 256 << 20;  // of a compiler

std::string entry_name(std::size_t entry) { return fmt::format("seed_entry_{}", entry); }

// What stands behind the reader's file: the names by which the program finds the functions. The
// assignment picks each by its type; where the types differ the compiler says how.
std::string entry_points(const std::vector<EntryPoint>& entries) {
    std::string text = "#include <type_traits>\n";
    for (std::size_t i = 0; i < entries.size(); ++i) {
        text += fmt::format(
            "\nextern \"C\" void (*{}())() {{\n"
            "    std::type_identity_t<{}> function_of_the_kernel = {};\n"
            "    return reinterpret_cast<void (*)()>(function_of_the_kernel);\n}}\n",
            entry_name(i), spelled(entries[i].type), entries[i].expression);
    }
    return text;
}

std::vector<std::string> words_of(const char* command) {
    std::vector<std::string> words;
    std::istringstream text(command);
    for (std::string word; std::getline(text, word, '|');) words.push_back(word);
    return words;
}

}  // namespace

ScratchFolder::ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "seed_verify_XXXXXX").string();
    require(::mkdtemp(name.data()) != nullptr, "cannot make a folder like {}", name);
    path_ = name;
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::string spelled(const std::string& type) {
    int status = 0;
    char* text = abi::__cxa_demangle(type.c_str(), nullptr, nullptr, &status);
    const std::string result = status == 0 ? text : type;
    std::free(text);
    return result;
}

std::string function_name(const KernelCase& kernel) {
    const void* address = reinterpret_cast<const void*>(kernel.launcher);
    Dl_info info{};
    if (::dladdr(address, &info) == 0 || info.dli_saddr != address) return "";
    const std::string signature = spelled(info.dli_sname);  // "seed::fill(seed::DeviceView<...>)"
    const std::string name = signature.substr(0, signature.find('('));
    return name.starts_with("seed::") ? name.substr(6) : "";
}

int start_program(const std::vector<std::string>& command, const fs::path& output,
                  const fs::path& place) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    std::fflush(nullptr);
    const pid_t child = ::fork();
    require(child >= 0, "cannot start {}: {}", command[0], std::strerror(errno));
    if (child > 0) return child;
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // it ends with this program
    const rlimit memory{most_memory, most_memory}, file{largest_file, largest_file};
    if (!place.empty()) ::setrlimit(RLIMIT_AS, &memory), ::setrlimit(RLIMIT_FSIZE, &file);
    const int to = output.empty()
                       ? STDERR_FILENO
                       : ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ::dup2(to, STDOUT_FILENO);
    ::dup2(to, STDERR_FILENO);
    if (!place.empty() && ::chdir(place.c_str()) != 0) ::_exit(126);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

int wait_for_program(int process, unsigned seconds) {
    int status = 0;
    for (unsigned waited = 0;; ++waited) {  // in units of 10 ms
        const pid_t ended = ::waitpid(process, &status, seconds > 0 ? WNOHANG : 0);
        if (ended == process) return status;
        require(ended == 0 || errno == EINTR, "cannot wait for a process: {}",
                std::strerror(errno));
        if (seconds == 0) continue;
        if (waited >= 100 * seconds) ::kill(-process, SIGKILL);
        ::usleep(10'000);
    }
}

int compile_reader_file(const fs::path& file, const std::vector<EntryPoint>& entries,
                        ReaderCode code, const fs::path& folder, const fs::path& output,
                        unsigned seconds) {
    require(std::string_view(SEED_KERNEL_COMPILER) != "",
            "expected the build whose kernels are emulated, got one for a GPU");
    const fs::path entry = folder / "entry_points.cpp", library = folder / "code.so";
    write_file_atomically(entry, entry_points(entries));
    std::vector<std::string> command =
        words_of(code == ReaderCode::kernel ? SEED_KERNEL_COMPILER : SEED_HOST_COMPILER);
    // Relative names are those of the project, as far as the checker's messages go
    command.push_back(fmt::format("-fdebug-prefix-map={}={}", folder.string(), SEED_PROJECT_DIR));
    command.insert(command.end(), {"-include", fs::absolute(file).string(), "-x", "c++",
                                   entry.string(), "-o", library.string()});
    return wait_for_program(start_program(command, output, folder), seconds);
}

AnyFunction load_reader_function(const fs::path& folder, std::size_t entry) {
    void* loaded = ::dlopen((folder / "code.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    require(loaded != nullptr, "cannot be loaded: {}", ::dlerror());
    using Entry = AnyFunction (*)();
    const auto find = reinterpret_cast<Entry>(::dlsym(loaded, entry_name(entry).c_str()));
    require(find != nullptr, "cannot be loaded: no entry point");
    return find();
}

}  // namespace seed
