// Rules for kernel sources that no compiler of the `cuda` build would enforce.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace {

namespace files = std::filesystem;

// "FILE:LINE" of each line with a plain __shared__ declaration: memory that is neither poisoned nor
// counted nor checked when emulated.
std::vector<std::string> plain_shared(const std::string& name, const std::string& text) {
    std::vector<std::string> found;
    std::istringstream lines(text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        const std::size_t at = line.find("__shared__");
        if (at != line.npos && line.find_first_of("/\"") > at) {  // in no comment, in no string
            found.push_back(name + ":" + std::to_string(number));
        }
    }
    return found;
}

std::vector<std::string> plain_shared_below(const files::path& folder) {
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
        for (auto& place : plain_shared(entry.path().string(), text.str())) found.push_back(place);
    }
    return found;
}

}  // namespace

TEST_CASE("no kernel declares plain __shared__ memory") {
    CHECK(plain_shared_below(SEED_SOURCE_DIR "/cuda") == std::vector<std::string>{});
    CHECK(plain_shared_below(SEED_SOURCE_DIR "/tests") == std::vector<std::string>{});
}

TEST_CASE("plain __shared__ memory is found, and a comment about it is not") {
    const std::string text =
        "    SIMT_SHARED(float, s, [32]);\n"
        "    __shared__ float t[32];  // plain\n"
        "    // __shared__ float u[32];\n"
        "extern __shared__ float v[];\n";
    CHECK(plain_shared("k.cu", text) == std::vector<std::string>{"k.cu:2", "k.cu:4"});
}
