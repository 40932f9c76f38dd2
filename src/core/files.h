// Whole files in and out. Every failure throws Error with one line: the path and the system's
// reason.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace seed {

// All bytes of a file (or of a pipe, a socket, a terminal, to its end). "/dev/stdin" is what is
// left of the standard input. Throws if there is no such file, if it is a folder or a device that
// may never end, or if it cannot be read.
std::string read_file(const std::filesystem::path& path);

// Replaces the file at `path` by one holding `bytes`: whoever looks, at any moment and after any
// kill or power cut, sees the whole old file or the whole new one. Throws, leaving the old file as
// it was, if the folder is missing, a permission lacks, or the disk is full. Only a kill leaves the
// temporary file (NAME.partial-*) behind. A symbolic link is followed. A device or a pipe
// (/dev/stdout) has no old content to keep: the bytes are just written to it.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

// Throws what write_file_atomically would throw, as far as that can be known without any bytes: the
// disk may still fill up. Leaves whatever is at `path` as it is.
void require_writable(const std::filesystem::path& path);

// Removes the temporary files that killed writers left directly in `folder`. Nobody else may be
// writing there.
void remove_partial_files(const std::filesystem::path& folder);

// An open file for writing, closed at the end of its scope. Every call throws Error on failure.
class OutputFile {
public:
    enum class Mode {
        create,    // a new file; an error if there is one already
        append,    // an existing or a new file; writes go to its end
        existing,  // what is there already: a device or a pipe
    };

    OutputFile(const std::filesystem::path& path, Mode mode) : OutputFile(path, mode, path) {}
    // `shown_as` is the name for the errors: what the user asked for, if `path` is a temporary.
    OutputFile(const std::filesystem::path& path, Mode mode, const std::filesystem::path& shown_as);
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();

    void write(std::string_view bytes);  // all of them, handed to the system before it returns
    void write_none();                   // fails where not a single byte could be written
    void sync();                         // to the disk itself
    void close();                        // some file systems report a failed write only here

private:
    std::filesystem::path shown_as_;
    int descriptor_;
};

}  // namespace seed
