#include "core/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <system_error>
#include <utility>

#include "core/file_errors.h"

namespace seed {
namespace fs = std::filesystem;

void fail_to(const char* verb, const fs::path& path, int reason) {
    fail("cannot {} '{}': {}", verb, one_line(path.string()), std::strerror(reason));
}

namespace {

int open_flags(OutputFile::Mode mode) {
    switch (mode) {
        case OutputFile::Mode::create:
            return O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL;
        case OutputFile::Mode::append:
            return O_WRONLY | O_CLOEXEC | O_CREAT | O_APPEND;
        case OutputFile::Mode::existing:
            break;
    }
    return O_WRONLY | O_CLOEXEC;
}

// Makes the new name survive a power cut too. The file itself is complete by now, and some file
// systems cannot sync a folder: there is nothing left to report.
void sync_folder_of(const fs::path& path) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const InputDescriptor descriptor{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (descriptor.value >= 0) ::fsync(descriptor.value);
}

constexpr std::string_view partial_mark = ".partial-";  // and eight hexadecimal digits

bool is_partial(const std::string& name) {
    if (name.size() <= partial_mark.size() + 8) return false;
    const std::string_view end = std::string_view(name).substr(name.size() - 8);
    return std::string_view(name).substr(0, name.size() - 8).ends_with(partial_mark) &&
           end.find_first_not_of("0123456789abcdef") == end.npos;
}

// A new name beside `path`, on the same disk.
fs::path temporary_beside(const fs::path& path) {
    fs::path temporary = path;
    temporary += fmt::format("{}{:08x}", partial_mark, std::random_device{}());
    return temporary;
}

// [files.replace]
void replace_file(const fs::path& path, std::string_view bytes) {
    // Write beside the old file, so that the rename is one step
    const fs::path temporary = temporary_beside(path);
    OutputFile file(temporary, OutputFile::Mode::create, path);
    try {
        file.write(bytes);
        file.sync();
        file.close();
        if (::rename(temporary.c_str(), path.c_str()) != 0) fail_to("write", path, errno);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    sync_folder_of(path);
}
// [/files.replace]

}  // namespace

void write_file_atomically(const fs::path& path, std::string_view bytes) {
    std::error_code ignored;  // a path that cannot be examined fails below, with its reason
    const fs::file_status status = fs::status(path, ignored);
    if (fs::is_directory(status)) fail_to("write", path, EISDIR);
    if (!fs::exists(status)) {
        replace_file(path, bytes);
    } else if (fs::is_regular_file(status)) {
        replace_file(fs::canonical(path), bytes);
    } else {
        OutputFile(path, OutputFile::Mode::existing).write(bytes);
    }
}

void require_writable(const fs::path& path) {
    std::error_code ignored;  // as above
    const fs::file_status status = fs::status(path, ignored);
    if (fs::is_directory(status)) fail_to("write", path, EISDIR);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        // Opening a pipe would wait for its reader, or end what he reads
        if (::access(path.c_str(), W_OK) != 0) fail_to("write", path, errno);
        // A device that is full says so to no bytes as well
        const bool is_device = fs::is_character_file(status);
        if (is_device) OutputFile(path, OutputFile::Mode::existing).write_none();
        return;
    }
    const fs::path temporary = temporary_beside(fs::exists(status) ? fs::canonical(path) : path);
    OutputFile(temporary, OutputFile::Mode::create, path).close();
    ::unlink(temporary.c_str());
}

void remove_partial_files(const fs::path& folder) {
    std::error_code ignored;  // what cannot be listed or removed does no harm
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        const bool is_file = entry.is_regular_file(ignored);
        if (is_file && is_partial(entry.path().filename())) fs::remove(entry.path(), ignored);
    }
}

OutputFile::OutputFile(const fs::path& path, Mode mode, const fs::path& shown_as)
    : shown_as_(shown_as), descriptor_(::open(path.c_str(), open_flags(mode), 0666)) {
    if (descriptor_ < 0) fail_to("write", shown_as_, errno);
}

OutputFile::~OutputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_to("write", shown_as_, errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void OutputFile::write_none() {
    if (::write(descriptor_, "", 0) < 0) fail_to("write", shown_as_, errno);
}

void OutputFile::sync() {
    if (::fsync(descriptor_) != 0) fail_to("write", shown_as_, errno);
}

void OutputFile::close() {
    const int descriptor = std::exchange(descriptor_, -1);
    if (::close(descriptor) != 0) fail_to("write", shown_as_, errno);
}

}  // namespace seed
