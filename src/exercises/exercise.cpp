#include "exercises/exercise.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

#include "core/files.h"
#include "core/require.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

struct Region {
    std::size_t begin, end;  // of the lines between the marks
    std::string indent;
};

Region region_of(std::string_view text, const Exercise& e) {
    const auto find = [&](const std::string& mark) {
        const std::size_t at = text.find(mark);
        require(at != text.npos && text.find(mark, at + 1) == text.npos,
                "{}: expected one line {}, got {}", e.file.string(), mark,
                at == text.npos ? "none" : "several");
        return at;
    };
    const std::size_t open = find("// [exercise " + e.name + "]\n");
    const std::size_t close = find("// [/exercise " + e.name + "]\n");
    const std::size_t line = text.rfind('\n', open) + 1;  // npos + 1 is 0
    const std::size_t begin = text.find('\n', open) + 1, end = text.rfind('\n', close) + 1;
    require(begin <= end, "{}: expected the marks of {} in their order", e.file.string(), e.name);
    return {begin, end, std::string(text.substr(line, open - line))};
}

int number_from(const std::string& text, int least, int most, const std::string& what) {
    int number = least - 1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    require(error == std::errc{} && end == text.data() + text.size() && number >= least &&
                number <= most,
            "{}: expected a number in {} ... {}, got {}", what, least, most, text);
    return number;
}

// "- file: X" and the like, into a map; the rest into sections by their headings.
Exercise parse(const fs::path& path) {
    const std::string where = path.filename().string(), stem = path.stem().string();
    std::istringstream lines(read_file(path));
    std::map<std::string, std::string> facts;
    std::vector<std::string> sections(1);
    Exercise e;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# ") && e.title.empty()) {
            const std::size_t space = line.find(' ', 2);
            require(space != line.npos, "{}: expected a heading such as \"# 1.2 Title\"", where);
            e.number = line.substr(2, space - 2), e.title = line.substr(space + 1);
        } else if (line.starts_with("- ") && sections.size() == 1 && sections[0].empty()) {
            const std::size_t colon = line.find(": ");
            require(colon != line.npos, "{}: expected \"- name: value\", got {}", where, line);
            facts[line.substr(2, colon - 2)] = line.substr(colon + 2);
        } else if (line.starts_with("## Hint ")) {
            sections.emplace_back();
        } else if (!line.empty() || !sections.back().empty()) {
            sections.back() += line + "\n";
        }
    }
    for (const char* name : {"file", "level", "minutes"}) {
        require(facts.contains(name), "{}: expected a line \"- {}: ...\"", where, name);
    }
    require(stem.find('_') != stem.npos, "{}: expected a name such as 12_name.md", where);
    e.name = stem.substr(stem.find('_') + 1);
    e.chapter = number_from(e.number.substr(0, e.number.find('.')), 0, 7, where + ": chapter");
    e.file = facts["file"];
    e.level = number_from(facts["level"], 1, 3, where + ": level");
    e.minutes = number_from(facts["minutes"], 1, 600, where + ": minutes");
    std::istringstream kernels(facts["kernels"]);
    for (std::string kernel; kernels >> kernel;) e.kernels.push_back(kernel);
    require(e.is_kernel() == (e.file.extension() == ".cu"),
            "{}: expected kernels for a .cu file and none for another", where);
    e.task = trimmed(sections[0]);
    for (std::size_t i = 1; i < sections.size(); ++i) e.hints.push_back(trimmed(sections[i]));
    return e;
}

}  // namespace

std::string trimmed(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \n");
    if (begin == text.npos) return "";
    return text.substr(begin, text.find_last_not_of(" \n") + 1 - begin);
}

std::vector<Exercise> read_exercises(const fs::path& project) {
    std::vector<fs::path> files;
    const fs::path folder = project / "exercises";
    require(fs::is_directory(folder), "{}: expected the project's exercises, got no such folder",
            folder.string());
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const bool is_numbered = name[0] >= '0' && name[0] <= '9';
        if (is_numbered && entry.path().extension() == ".md") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    std::vector<Exercise> exercises;
    for (const fs::path& file : files) exercises.push_back(parse(file));
    return exercises;
}

std::string answer_in(std::string_view text, const Exercise& e) {
    const Region region = region_of(text, e);
    return std::string(text.substr(region.begin, region.end - region.begin));
}

std::string with_answer(std::string_view text, const Exercise& e, std::string_view answer) {
    const Region region = region_of(text, e);
    return fmt::format("{}{}{}", text.substr(0, region.begin), answer, text.substr(region.end));
}

std::string without_answers(std::string_view text) {
    std::istringstream lines{std::string(text)};
    std::string result, line;
    for (bool inside = false; std::getline(lines, line);) {
        if (line.find("// [/exercise ") != line.npos) inside = false;
        if (!inside) result += line + "\n";
        if (line.find("// [exercise ") != line.npos) inside = true;
    }
    return result;
}

std::string blanked(std::string_view text, const Exercise& e) {
    const std::string indent = region_of(text, e).indent;
    const std::string line =
        e.is_kernel() ? "// your code here" : "fail(\"" + e.name + ": your code here\");";
    return with_answer(text, e, indent + line + "\n");
}

}  // namespace seed
