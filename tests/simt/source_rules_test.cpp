// Rules for kernel sources that no compiler of the `cuda` build would enforce.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace {

namespace files = std::filesystem;

// "FILE:LINE" of each line with a word that is not for kernels. Plain __shared__ memory is neither
// poisoned nor counted nor checked when emulated.
std::vector<std::string> lines_with(const std::string& name, const std::string& text,
                                    const std::string& word) {
    std::vector<std::string> found;
    std::istringstream lines(text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        const std::size_t at = line.find(word);
        if (at != line.npos && line.find_first_of("/\"") > at) {  // in no comment, in no string
            found.push_back(name + ":" + std::to_string(number));
        }
    }
    return found;
}

std::vector<std::string> lines_below(const files::path& folder, const std::string& word) {
    std::vector<std::string> found;
    if (!files::exists(folder)) return found;
    for (const auto& entry : files::recursive_directory_iterator(folder)) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".cu" && extension != ".h" && extension != ".cpp") continue;
        // The emulator itself defines the words
        if (entry.path().parent_path().filename() == "simt" && extension != ".cu") continue;
        std::ifstream file(entry.path());
        std::stringstream text;
        text << file.rdbuf();
        for (auto& place : lines_with(entry.path().string(), text.str(), word))
            found.push_back(place);
    }
    return found;
}

}  // namespace

TEST_CASE("no kernel declares plain __shared__ memory") {
    CHECK(lines_below(SEED_SOURCE_DIR "/cuda", "__shared__") == std::vector<std::string>{});
    CHECK(lines_below(SEED_SOURCE_DIR "/tests", "__shared__") == std::vector<std::string>{});
}

// Of those that come to a line a GPU names any: who has stayed is asked before, by a ballot
TEST_CASE("no kernel asks __activemask() who is there") {
    CHECK(lines_below(SEED_SOURCE_DIR "/cuda", "__activemask()") == std::vector<std::string>{});
    const std::vector<std::string> found = lines_below(SEED_SOURCE_DIR "/tests", "__activemask()");
    REQUIRE(found.size() == 1);  // the emulator's own test of it
    CHECK(found[0].find("launch_emulated.cu") != std::string::npos);
}

TEST_CASE("plain __shared__ memory is found, and a comment about it is not") {
    const std::string text =
        "    SIMT_SHARED(float, s, [32]);\n"
        "    __shared__ float t[32];  // plain\n"
        "    // __shared__ float u[32];\n"
        "extern __shared__ float v[];\n";
    CHECK(lines_with("k.cu", text, "__shared__") == std::vector<std::string>{"k.cu:2", "k.cu:4"});
}
