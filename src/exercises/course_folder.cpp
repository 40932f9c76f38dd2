#include "exercises/course_folder.h"

#include <algorithm>
#include <map>

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

// Without the lines between <details> and </details>, and the code of the exercises.
std::string page_without(std::string text, const std::map<std::string, std::string>& answers) {
    for (std::size_t open; (open = text.find("<details>")) != text.npos;) {
        const std::size_t close = text.find("</details>", open);
        require(close != text.npos, "expected </details> behind <details>");
        const std::size_t line = text.rfind('\n', open) + 1;
        text.erase(line, close + std::string("</details>").size() - line);
    }
    for (const auto& [answer, name] : answers) {
        const std::string indent = answer.substr(0, answer.find_first_not_of(' '));
        replace_all(text, answer, indent + "// exercise " + name + "\n");
    }
    return text;
}

std::string without_hints(const std::string& text) {
    const std::size_t hints = text.find("## Hint 1");
    return hints == text.npos ? text : text.substr(0, hints);
}

}  // namespace

CourseFolder write_course(const fs::path& project, const fs::path& folder,
                          const std::vector<Exercise>& exercises) {
    const fs::path target = fs::weakly_canonical(folder);
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
        if (is_page && file.parent_path() == "exercises") text = without_hints(text);
        fs::create_directories(to.parent_path());
        write_file_atomically(to, text);
        fs::permissions(to, fs::status(project / file).permissions());
        ++course.written;
    }
    return course;
}

}  // namespace seed
