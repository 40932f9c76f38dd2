// A reader's own file, compiled while the program runs and loaded into it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/kernel_case.h"

namespace seed {

// A folder under the temporary one, removed at the end of the scope.
class ScratchFolder {
public:
    ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder();
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// What a file is to define: a function of this type (as typeid names it) that the expression,
// within namespace seed, stands for: "&seed::fill".
struct EntryPoint {
    std::string type, expression;
};

// How files are compiled: as the kernels of this build, or as its C++.
enum class ReaderCode { kernel, host };

// "void (*)(seed::DeviceView<float>, float)" of a typeid's name: C++ again.
std::string spelled(const std::string& type);

// "add_forward_thread_per_element": the function, in namespace seed, that launches a kernel; ""
// where the program does not export it.
std::string function_name(const KernelCase& kernel);

// Starts a program, a process group of its own that ends with this program: in `place`, with limits of
// memory and files, or, without one, here. Its output goes to `output` or, without one, to the standard
// error. Returns its process.
int start_program(const std::vector<std::string>& command, const std::filesystem::path& output = {},
                  const std::filesystem::path& place = {});

// Waits for it and returns the status of waitpid. After `seconds`, if there are any, it is stopped.
int wait_for_program(int process, unsigned seconds = 0);

// Compiles a file, with its entry points behind it, into folder/code.so. The compiler runs in the
// folder: where a file calls itself by a relative name, its messages show lines of the file of that
// name there. They go to the standard error, or to `output`. Returns the status of waitpid. Throws
// Error in a program that was built for a GPU.
int compile_reader_file(const std::filesystem::path& file, const std::vector<EntryPoint>& entries,
                        ReaderCode code, const std::filesystem::path& folder,
                        const std::filesystem::path& output = {}, unsigned seconds = 0);

// Loads folder/code.so, which stays loaded until the program ends, and returns its entry point.
// Throws Error with the system's reason.
AnyFunction load_reader_function(const std::filesystem::path& folder, std::size_t entry);

}  // namespace seed
