#include "tokenizer/corpus.h"

#include <unistd.h>

#include <fstream>

#include "core/require.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"

using namespace seed;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

bool is_one_line_with(const std::string& error, const std::string& part) {
    return error.find(part) != error.npos && error.find('\n') == error.npos;
}

}  // namespace

TEST_CASE("a corpus is all text files of a folder and its folders, by path") {
    const TemporaryFolder folder;
    write(folder / "b.py", "second");
    write(folder / "a/z.lua", "first");
    write(folder / "c/empty", "");
    const Corpus corpus = read_corpus(folder.path());
    CHECK(corpus.texts == std::vector<std::string>{"first", "second", ""});
    CHECK(corpus.paths[1] == folder / "b.py");
    CHECK(corpus.bytes() == 11);
    CHECK((corpus.skipped_binary == 0 && corpus.skipped_unreadable == 0));
}

TEST_CASE("hidden files and folders are no sources") {
    const TemporaryFolder folder;
    for (const char* name : {"a", ".hidden", ".git/HEAD", "b/.cache/x", "b/c"}) {
        write(folder / name, "text");
    }
    const Corpus corpus = read_corpus(folder.path());
    CHECK(corpus.paths == std::vector<fs::path>{folder / "a", folder / "b/c"});
    write(folder / ".corpus/a", "text");
    CHECK(read_corpus(folder / ".corpus").texts.size() == 1);
    fs::remove(folder / "a");
    fs::remove_all(folder / "b");
    CHECK(is_one_line_with(error_of([&] { read_corpus(folder.path()); }), "hidden files aside"));
}

TEST_CASE("the texts of a corpus have one kind of line end and no byte order mark") {
    const TemporaryFolder folder;
    write(folder / "a", "\xEF\xBB\xBFx\r\ny\r\n");
    CHECK(read_corpus(folder.path()).texts == std::vector<std::string>{"x\ny\n"});
}

TEST_CASE("binary and unreadable files are skipped and counted") {
    const TemporaryFolder folder;
    write(folder / "nul", std::string("a\0b", 3));
    write(folder / "latin1", "gr\xfc\xdf");
    write(folder / "good", "grüß");
    fs::create_symlink("/proc/self/mem", folder / "unreadable");  // a file whose first byte fails
    const Corpus corpus = read_corpus(folder.path());
    CHECK(corpus.texts == std::vector<std::string>{"grüß"});
    CHECK(corpus.skipped_binary == 2);
    CHECK(corpus.skipped_unreadable == 1);
}

TEST_CASE("a folder that may not be read is passed over") {
    const TemporaryFolder folder;
    write(folder / "a", "text");
    write(folder / "locked/b", "text");
    fs::permissions(folder.path(), fs::perms(0755));
    fs::permissions(folder / "locked", fs::perms::none);
    const uid_t user = ::geteuid();
    const bool is_root = user == 0;  // who may read everything
    if (is_root) REQUIRE(::seteuid(65534) == 0);
    std::size_t texts = 0;
    const std::string error = error_of([&] { texts = read_corpus(folder.path()).texts.size(); });
    if (is_root) REQUIRE(::seteuid(user) == 0);
    fs::permissions(folder / "locked", fs::perms::owner_all);
    CHECK(texts == 1);
    CHECK(error.empty());
}

TEST_CASE("links to folders and to nothing are not followed") {
    const TemporaryFolder folder;
    write(folder / "a", "text");
    fs::create_directory_symlink(folder.path(), folder / "loop");
    fs::create_symlink(folder / "nowhere", folder / "dangling");
    const Corpus corpus = read_corpus(folder.path());
    CHECK(corpus.texts.size() == 1);
    CHECK(corpus.skipped_unreadable == 0);
}

TEST_CASE("max_bytes ends the corpus before the file that would pass it") {
    const TemporaryFolder folder;
    for (const char* name : {"1", "2", "3"}) write(folder / name, "1234");
    CHECK(read_corpus(folder.path(), 12).texts.size() == 3);
    CHECK(read_corpus(folder.path(), 11).texts.size() == 2);
    CHECK(is_one_line_with(error_of([&] { read_corpus(folder.path(), 3); }), "at most 3 bytes"));
}

TEST_CASE("folders without text are errors") {
    const TemporaryFolder folder;
    CHECK(is_one_line_with(error_of([&] { read_corpus(folder / "none"); }), "found none"));
    CHECK(is_one_line_with(error_of([&] { read_corpus(folder.path()); }), "is empty"));
    write(folder / "image", std::string("\0\1\2", 3));
    CHECK(is_one_line_with(error_of([&] { read_corpus(folder.path()); }), "1 binary"));
    CHECK(is_one_line_with(error_of([&] { read_corpus(folder / "image"); }), "found none"));
}
