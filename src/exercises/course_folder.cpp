#include "exercises/course_folder.h"

#include <algorithm>
#include <map>
#include <regex>

#include "core/files.h"
#include "core/require.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

// Folders and files that a student does not get: what builds leave, what only the project's own
// tests and checks need.
bool is_left_out(const fs::path& path) {
    const std::string text = path.generic_string(), name = path.filename().string();
    for (const char* ours : {"build", "out", "tests/mutations/src", "tests/exercises/wrong"}) {
        if (text == ours) return true;
    }
    if (path.parent_path() == "tests/mutations" && path.extension() == ".txt") return true;
    const bool is_hidden = name[0] == '.' && name != ".gitignore" && name != ".clang-format";
    return is_hidden || name == "__pycache__" || name.starts_with("my_");
}

std::vector<fs::path> files_of(const fs::path& project) {
    std::vector<fs::path> files;
    for (auto entry = fs::recursive_directory_iterator(project);
         entry != fs::recursive_directory_iterator(); ++entry) {
        const fs::path path = entry->path().lexically_relative(project);
        if (is_left_out(path)) {
            entry.disable_recursion_pending();
        } else if (entry->is_regular_file()) {
            files.push_back(path);
        }
    }
    std::ranges::sort(files);
    return files;
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

// What stands in the place of a folded part: the way to the exercise where it shows an answer.
std::string instead_of(const std::string& folded) {
    static const std::regex excerpt(R"(<!-- code: (\S+) )");
    std::smatch found;
    if (!std::regex_search(folded, found, excerpt)) return "";
    return fmt::format("*For you to write: `{}`.*", found.str(1));
}

// Without the lines between <details> and </details>, the code of the exercises, and the numbers of
// lines, which blanks change.
std::string page_without(std::string text, const std::map<std::string, std::string>& answers) {
    for (std::size_t open; (open = text.find("<details>")) != text.npos;) {
        const std::size_t close = text.find("</details>", open);
        require(close != text.npos, "expected </details> behind <details>");
        const std::size_t line = text.rfind('\n', open) + 1;
        const std::size_t length = close + std::string("</details>").size() - line;
        text.replace(line, length, instead_of(text.substr(line, length)));
    }
    for (const auto& [answer, name] : answers) {
        const std::string indent = answer.substr(0, answer.find_first_not_of(' '));
        replace_all(text, answer, indent + "// exercise " + name + "\n");
    }
    static const std::regex lines(R"(` lines \d+-\d+\]\(([^#)]*)#L\d+-L\d+\))");
    return std::regex_replace(text, lines, "`]($1)");
}

// Up to the hints, or the answer to a fault.
std::string question_alone(const std::string& text) {
    const std::size_t end = std::min(text.find("## Hint 1"), text.find("## Answer"));
    return text.substr(0, end);
}

}  // namespace

CourseFolder write_course(const fs::path& project, const fs::path& folder,
                          const std::vector<Exercise>& exercises) {
    require(!folder.empty(), "expected a folder, got an empty name");
    const fs::path target = fs::weakly_canonical(folder);
    require(!fs::exists(target) || fs::is_empty(target) || fs::exists(target / "exercises"),
            "{}: expected a new folder or one of `seed exercises new`, got another",
            folder.string());
    const fs::path inside = target.lexically_relative(fs::canonical(project));
    const std::string first = inside.empty() ? ".." : inside.begin()->string();
    require(first == ".." || first == "out",
            "expected a folder outside of the project, or in its out/, got {}", folder.string());
    std::map<std::string, std::string> sources, answers;  // by file; names by answer
    for (const Exercise& e : exercises) {
        std::string& text = sources[e.file.generic_string()];
        if (text.empty()) text = read_file(project / e.file);
        answers[answer_in(text, e)] = e.name;
        text = blanked(text, e);
    }
    CourseFolder course;
    for (const fs::path& file : files_of(project)) {
        const fs::path to = target / file;
        if (fs::exists(to)) {
            ++course.kept;
            continue;
        }
        std::string text = read_file(project / file);
        const auto source = sources.find(file.generic_string());
        const bool is_page = file.extension() == ".md";
        if (source != sources.end()) text = source->second;
        if (is_page) text = page_without(std::move(text), answers);
        if (is_page && file.begin()->string() == "exercises") text = question_alone(text);
        fs::create_directories(to.parent_path());
        write_file_atomically(to, text);
        fs::permissions(to, fs::status(project / file).permissions());
        ++course.written;
    }
    return course;
}

}  // namespace seed
