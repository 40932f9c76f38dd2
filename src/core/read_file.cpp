#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <cerrno>
#include <new>

#include "core/file_errors.h"
#include "core/files.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

// Opening it by name fails for a socket, and begins a file again that somebody has read a part of.
bool is_standard_input(const fs::path& path) {
    return path == "/dev/stdin" || path == "/dev/fd/0" || path == "/proc/self/fd/0";
}

// A device may never end (/dev/zero), but a person at a terminal will.
bool has_an_end(int descriptor, const struct stat& status) {
    const mode_t mode = status.st_mode;
    if (!S_ISCHR(mode)) return S_ISREG(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
    return status.st_rdev == makedev(1, 3) || ::isatty(descriptor);  // 1, 3: /dev/null
}

// `expected_size` saves copies; a pipe has none, and a file may be growing.
std::string read_all(int descriptor, const fs::path& path, std::size_t expected_size) {
    std::string bytes;
    bytes.reserve(expected_size);
    std::array<char, 1 << 16> buffer;
    while (true) {
        const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_to("read", path, errno);
        if (count == 0) return bytes;
        bytes.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace

std::string read_file(const fs::path& path) {
    const InputDescriptor file{is_standard_input(path)
                                   ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                   : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat status {};
    if (file.value < 0 || ::fstat(file.value, &status) != 0) fail_to("read", path, errno);
    if (S_ISDIR(status.st_mode)) fail_to("read", path, EISDIR);
    require(has_an_end(file.value, status), "expected '{}' to be a file, got a device",
            one_line(path.string()));

    try {
        return read_all(file.value, path, static_cast<std::size_t>(status.st_size));
    } catch (const std::bad_alloc&) {
        fail_to("read", path, ENOMEM);
    }
}

}  // namespace seed
