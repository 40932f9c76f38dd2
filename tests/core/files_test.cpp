#include "core/files.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"

using namespace seed;
namespace fs = std::filesystem;

namespace {

// Runs an action in a child process, whose limits are its own, and returns its exit status: what
// the action returns, or minus the signal that ended it.
int in_child(const std::function<int()>& action) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(action());
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

// From now on files end at `bytes`, as on a disk that is full: a write past it fails.
void limit_file_size(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
}

}  // namespace

TEST_CASE("a file that is written is read back, with any bytes and of any size") {
    const TemporaryFolder folder;
    const std::string all_bytes = [] {
        std::string bytes;
        for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
        return bytes;
    }();
    for (const std::string& bytes : {std::string(), all_bytes, std::string(300'000, 'x')}) {
        write_file_atomically(folder / "a", bytes);
        CHECK(read_file(folder / "a") == bytes);
        CHECK(folder.entries() == 1);
    }
}

TEST_CASE("what cannot be read is named with the reason") {
    const TemporaryFolder folder;
    CHECK(error_of([&] { read_file(folder / "no"); }) ==
          fmt::format("cannot read '{}': No such file or directory", (folder / "no").string()));
    CHECK(error_of([&] { read_file("/dev"); }) == "cannot read '/dev': Is a directory");
    CHECK(error_of([&] { read_file("/dev/zero"); }) ==
          "expected '/dev/zero' to be a file, got a device");
    CHECK(error_of([&] { read_file("a\nb"); }) == "cannot read 'a b': No such file or directory");
}

TEST_CASE("a pipe is read to its end") {
    const TemporaryFolder folder;
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    std::thread writer([&] {
        OutputFile file(folder / "pipe", OutputFile::Mode::existing);
        file.write("one");
        file.write("two");
    });
    CHECK(read_file(folder / "pipe") == "onetwo");
    writer.join();
}

TEST_CASE("a file in a missing folder or in the place of a folder is not written") {
    const TemporaryFolder folder;
    CHECK(error_of([&] { write_file_atomically(folder / "no/a", "x"); }) ==
          fmt::format("cannot write '{}': No such file or directory", (folder / "no/a").string()));
    CHECK(error_of([&] { write_file_atomically(folder.path(), "x"); }) ==
          fmt::format("cannot write '{}': Is a directory", folder.path().string()));
    CHECK(folder.entries() == 0);
}

TEST_CASE("a full disk leaves the old file and no temporary one") {
    const TemporaryFolder folder;
    write_file_atomically(folder / "a", "old");
    const int status = in_child([&] {
        limit_file_size(100'000);
        const std::string big(200'000, 'x');
        const std::string error = error_of([&] { write_file_atomically(folder / "a", big); });
        return error == fmt::format("cannot write '{}': File too large", (folder / "a").string());
    });
    CHECK(status == 1);
    CHECK(read_file(folder / "a") == "old");
    CHECK(folder.entries() == 1);
}

TEST_CASE("a folder without permission to write leaves the old file") {
    const TemporaryFolder folder;
    fs::permissions(folder.path(), fs::perms::others_all | fs::perms::owner_all);
    write_file_atomically(folder / "a", "old");
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec |
                                       fs::perms::others_read | fs::perms::others_exec);
    const int status = in_child([&] {
        // Root may write everywhere: be nobody
        if (::geteuid() == 0 && ::setuid(65534) != 0) return 2;
        const std::string error = error_of([&] { write_file_atomically(folder / "a", "new"); });
        return int{error.ends_with("Permission denied") &&
                   error == error_of([&] { require_writable(folder / "a"); })};
    });
    CHECK(status == 1);
    CHECK(read_file(folder / "a") == "old");
    CHECK(folder.entries() == 1);
    fs::permissions(folder.path(), fs::perms::owner_all);
}

TEST_CASE("a device is written to, not replaced, and reports that it is full") {
    CHECK(error_of([] { write_file_atomically("/dev/full", "x"); }) ==
          "cannot write '/dev/full': No space left on device");
    write_file_atomically("/dev/null", "x");
    CHECK(fs::is_character_file("/dev/null"));
    CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("a symbolic link stays one and its target is replaced") {
    const TemporaryFolder folder;
    write_file_atomically(folder / "target", "old");
    fs::create_symlink("target", folder / "link");
    write_file_atomically(folder / "link", "new");
    CHECK(fs::is_symlink(folder / "link"));
    CHECK(read_file(folder / "target") == "new");
}

TEST_CASE("a writer killed at any moment leaves the old file or the new one, whole") {
    const TemporaryFolder folder;
    const std::string a(1'000'000, 'a'), b(700'000, 'b');
    write_file_atomically(folder / "x", a);
    for (int microseconds = 0; microseconds < 20'000; microseconds += 1'000) {
        const int status = in_child([&] {
            const pid_t self = ::getpid();
            std::thread([=] {
                ::usleep(static_cast<useconds_t>(microseconds));
                ::kill(self, SIGKILL);
            }).detach();
            while (true) {
                write_file_atomically(folder / "x", b);
                write_file_atomically(folder / "x", a);
            }
            return 0;
        });
        CHECK(status == -SIGKILL);
        const std::string now = read_file(folder / "x");
        CHECK((now == a || now == b));
    }
}

TEST_CASE("what can be written is known beforehand, and nothing is touched") {
    const TemporaryFolder folder;
    write_file_atomically(folder / "old", "old");
    for (const fs::path& path : {folder / "old", folder / "new", fs::path("/dev/null")}) {
        CHECK(error_of([&] { require_writable(path); }) == "");
    }
    for (const fs::path& path : {folder.path(), folder / "missing" / "x", folder / "old" / "x"}) {
        const std::string error = error_of([&] { require_writable(path); });
        CHECK(error.starts_with(fmt::format("cannot write '{}': ", path.string())));
        CHECK(error == error_of([&] { write_file_atomically(path, ""); }));
    }
    CHECK(read_file(folder / "old") == "old");
    CHECK(folder.entries() == 1);
}

TEST_CASE("an appended file grows and a created one must be new") {
    const TemporaryFolder folder;
    OutputFile(folder / "a", OutputFile::Mode::append).write("1");
    OutputFile(folder / "a", OutputFile::Mode::append).write("2");
    CHECK(read_file(folder / "a") == "12");
    CHECK(error_of([&] { OutputFile(folder / "a", OutputFile::Mode::create); }) ==
          fmt::format("cannot write '{}': File exists", (folder / "a").string()));
}

TEST_CASE("only the temporary files of killed writers are removed") {
    const TemporaryFolder folder;
    for (const char* name : {"a.partial-0123abcd", "b.json.partial-ffffffff", "a", "a.partial-",
                             ".partial-0123abcd", "a.partial-0123abcg", "a.partial-0123abcd.txt"}) {
        write_file_atomically(folder / name, "x");
    }
    fs::create_directory(folder / "c.partial-0123abcd");
    remove_partial_files(folder.path());
    CHECK(folder.entries() == 6);
    CHECK(!fs::exists(folder / "a.partial-0123abcd"));
    CHECK(!fs::exists(folder / "b.json.partial-ffffffff"));
    remove_partial_files(folder / "missing");
}
