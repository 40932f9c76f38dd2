// Whatever the standard input is.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "core/files.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"

using namespace seed;

namespace {

// Is this true in a child whose standard input is the descriptor (-1: closed)?
bool with_standard_input(int descriptor, const std::function<bool()>& condition) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        descriptor < 0 ? ::close(0) : ::dup2(descriptor, 0);
        ::_exit(condition() ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status == 0;
}

bool reads(const std::string& expected) { return read_file("/dev/stdin") == expected; }

std::string refusal() {
    return error_of([] { read_file("/dev/stdin"); });
}

}  // namespace

TEST_CASE("the standard input may be a file, half read, a pipe, a socket or nothing") {
    const TemporaryFolder folder;
    write_file_atomically(folder / "a", "1 2 3");
    const int file = ::open((folder / "a").c_str(), O_RDONLY);
    CHECK(with_standard_input(file, [] { return reads("1 2 3"); }));
    ::lseek(file, 2, SEEK_SET);
    CHECK(with_standard_input(file, [] { return reads("2 3"); }));
    ::close(file);

    int pipe[2], sockets[2];
    REQUIRE((::pipe(pipe) == 0 && ::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0));
    for (const auto& [read_end, write_end] :
         {std::pair(pipe[0], pipe[1]), std::pair(sockets[0], sockets[1])}) {
        REQUIRE(::write(write_end, "4 5", 3) == 3);
        ::close(write_end);
        CHECK(with_standard_input(read_end, [] { return reads("4 5"); }));
        ::close(read_end);
    }
    const int none = ::open("/dev/null", O_RDONLY);
    CHECK(with_standard_input(none, [] { return reads(""); }));
    ::close(none);
}

TEST_CASE("a standard input that cannot be read to its end is refused") {
    for (const auto& [path, error] :
         {std::pair("/dev/zero", "expected '/dev/stdin' to be a file, got a device"),
          std::pair("/dev", "cannot read '/dev/stdin': Is a directory")}) {
        const int descriptor = ::open(path, O_RDONLY);
        CHECK(with_standard_input(descriptor, [&] { return refusal() == error; }));
        ::close(descriptor);
    }
    CHECK(with_standard_input(
        -1, [] { return refusal() == "cannot read '/dev/stdin': Bad file descriptor"; }));
}

TEST_CASE("a terminal is read until its user ends the text") {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE((master >= 0 && ::grantpt(master) == 0 && ::unlockpt(master) == 0));
    const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
    REQUIRE(::write(master, "6 7\n\4", 5) == 5);  // \4: end of the text
    CHECK(with_standard_input(terminal, [] { return reads("6 7\n"); }));
    ::close(terminal);
    ::close(master);
}

TEST_CASE("a device that is full is known to be so beforehand") {
    CHECK(error_of([] { require_writable("/dev/full"); }) ==
          "cannot write '/dev/full': No space left on device");
}
