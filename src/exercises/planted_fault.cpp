#include "exercises/planted_fault.h"

#include <algorithm>
#include <sstream>

#include "core/files.h"
#include "core/require.h"
#include "exercises/exercise.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view minus = "    -", plus = "    +", facts[] = {"- file: ", "- kernel: "};

// One line of the text; `part` is what the lines without a mark belong to.
void take_line(PlantedFault& fault, std::string*& part, const std::string& line) {
    if (line.starts_with("# ") && fault.title.empty()) {
        const std::size_t space = std::min(line.find(' ', 2), line.size() - 1);
        fault.number = line.substr(2, space - 2), fault.title = line.substr(space + 1);
    } else if (line.starts_with(facts[0])) {
        fault.file = line.substr(facts[0].size());
    } else if (line.starts_with(facts[1])) {
        fault.kernel = line.substr(facts[1].size());
    } else if (line.starts_with(minus)) {
        fault.before += line.substr(minus.size()) + "\n";
    } else if (line.starts_with(plus)) {
        fault.after += line.substr(plus.size()) + "\n";
    } else if (line == "## Answer") {
        part = &fault.answer;
    } else {
        *part += line + "\n";
    }
}

PlantedFault parse_fault(const fs::path& path) {
    const std::string where = path.filename().string(), stem = path.stem().string();
    PlantedFault fault;
    std::string* part = &fault.question;
    std::istringstream lines(read_file(path));
    for (std::string line; std::getline(lines, line);) take_line(fault, part, line);
    fault.question = trimmed(fault.question), fault.answer = trimmed(fault.answer);
    const std::size_t name = stem.find('_');
    require(name != stem.npos, "{}: expected a name such as 2b_a_barrier_too_few.md", where);
    fault.name = stem.substr(name + 1);
    require(!fault.title.empty() && !fault.file.empty() && !fault.kernel.empty(),
            "{}: expected a heading, a file and a kernel", where);
    require(!fault.before.empty() && !fault.question.empty(),
            "{}: expected lines with \"    -\" and a question", where);
    return fault;
}

std::string marked(const std::string& text, std::string_view mark) {
    std::istringstream lines(text);
    std::string result;
    for (std::string line; std::getline(lines, line);) {
        result += fmt::format("{}{}\n", mark, line);
    }
    return result;
}

}  // namespace

std::vector<PlantedFault> read_faults(const fs::path& project) {
    const fs::path folder = project / "exercises" / "break_it";
    require(fs::is_directory(folder), "{}: expected the faults to plant, got no such folder",
            folder.string());
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".md") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    std::vector<PlantedFault> faults;
    for (const fs::path& file : files) faults.push_back(parse_fault(file));
    return faults;
}

std::string with_fault(std::string_view text, const PlantedFault& fault) {
    const std::size_t at = text.find(fault.before);
    require(at != text.npos && text.find(fault.before, at + 1) == text.npos,
            "{}: expected the lines of fault {} once, got them {}", fault.file.string(),
            fault.number, at == text.npos ? "nowhere" : "several times");
    const auto gone = std::ranges::count(fault.before, '\n'),
               come = std::ranges::count(fault.after, '\n');
    const std::string empty(std::size_t(std::max<std::ptrdiff_t>(0, gone - come)), '\n');
    return fmt::format("{}{}{}{}", text.substr(0, at), fault.after, empty,
                       text.substr(at + fault.before.size()));
}

std::string diff_of(const PlantedFault& fault) {
    return marked(fault.before, "-") + marked(fault.after, "+");
}

}  // namespace seed
