#include "app/exercise_report.h"

#include <algorithm>
#include <sstream>

#include "core/files.h"
#include "core/json.h"
#include "core/table.h"
#include "core/text.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

std::string indented(const std::string& text, const std::string& first) {
    std::istringstream lines(text);
    std::string result, line, before = first;
    while (std::getline(lines, line)) {
        result += before + line + "\n";
        before = std::string(first.size(), ' ');
    }
    return result;
}

std::string details_of(const Exercise& e, const CheckedExercise& c, std::size_t hints) {
    std::string text = fmt::format("\n{} {} ({})\n", e.number, e.name, e.file.string());
    text += indented(c.message, "  ");
    if (!c.note.empty()) text += indented(c.note, "  note: ");
    if (!c.printed.empty()) text += indented(c.printed, "  your code printed: ");
    for (std::size_t h = 0; h < hints; ++h) {
        text += indented(e.hints[h], fmt::format("  hint {} of {}: ", h + 1, e.hints.size()));
    }
    return text;
}

}  // namespace

// Whether there is a file to keep the hints in, or a place for one, that is the folder's own.
static bool is_own(const fs::path& file) {
    std::error_code none;
    const fs::file_status folder = fs::symlink_status(file.parent_path(), none),
                          there = fs::symlink_status(file, none);
    return fs::is_directory(folder) && (!fs::exists(there) || fs::is_regular_file(there));
}

// What the file holds, or nothing where it is damaged.
static std::map<std::string, std::pair<std::size_t, std::string>> read_hints(const fs::path& file) {
    std::map<std::string, std::pair<std::size_t, std::string>> hints;
    try {
        if (!is_own(file) || !fs::exists(file)) return {};
        const nlohmann::json all = parse_json(read_file(file));
        for (const auto& [name, entry] : all.items()) {
            hints[name] = {entry.at("hints").get<std::size_t>(),
                           entry.at("answer").get<std::string>()};
        }
    } catch (const std::exception&) {
        return {};
    }
    return hints;
}

HintsShown::HintsShown(const fs::path& course, const std::vector<Exercise>& exercises,
                       const std::vector<CheckedExercise>& checked) {
    const fs::path file = course / "exercises" / "hints.json";
    auto hints = read_hints(file);
    for (std::size_t i = 0; i < exercises.size(); ++i) {
        const Exercise& e = exercises[i];
        if (checked[i].grade != Grade::failed) continue;
        const std::string answer = fmt::format("{:x}", std::hash<std::string>{}(checked[i].answer));
        auto& [shown, last] = hints[e.name];
        if (last != answer) ++shown;
        shown = std::min(shown, e.hints.size()), last = answer;
        shown_[e.name] = shown;
    }
    if (shown_.empty() || !is_own(file)) return;
    nlohmann::ordered_json all = nlohmann::ordered_json::object();
    for (const auto& [name, entry] : hints) {
        all[name] = {{"hints", entry.first}, {"answer", entry.second}};
    }
    write_json(file, all);
}

std::size_t HintsShown::of(const Exercise& e) const {
    const auto found = shown_.find(e.name);
    return found == shown_.end() ? 0 : found->second;
}

std::string list_of(const std::vector<Exercise>& exercises) {
    std::vector<TableRow> rows;
    std::map<int, int> minutes;
    for (const Exercise& e : exercises) {
        rows.push_back({e.number, e.title, e.file.string(), std::to_string(e.level),
                        std::to_string(e.minutes)});
        minutes[e.chapter] += e.minutes;
    }
    std::string text = format_table({"", "", "file", "level", "minutes"}, rows);
    for (const auto& [chapter, sum] : minutes) {
        text += fmt::format("chapter {}: {:.1f} h\n", chapter, double(sum) / 60);
    }
    return text;
}

std::string report_of(const std::vector<Exercise>& exercises,
                      const std::vector<CheckedExercise>& checked, const HintsShown& hints) {
    std::vector<TableRow> rows;
    std::string details;
    int points = 0, all = 0;
    for (std::size_t i = 0; i < exercises.size(); ++i) {
        const Exercise& e = exercises[i];
        const CheckedExercise& c = checked[i];
        const bool is_passed = c.grade == Grade::passed, is_failed = c.grade == Grade::failed;
        rows.push_back({e.number, e.name, e.title,
                        is_passed   ? "passed"
                        : is_failed ? "FAILED"
                                    : "not begun",
                        fmt::format("{} of {}", is_passed ? e.level : 0, e.level)});
        points += is_passed ? e.level : 0;
        all += e.level;
        if (is_failed) details += details_of(e, c, hints.of(e));
        if (is_passed && !c.note.empty()) {
            details += fmt::format("\n{} {}\n{}", e.number, e.name, indented(c.note, "  note: "));
        }
    }
    return fmt::format("{}{}\n{} of {} points\n",
                       format_table({"", "name", "", "verdict", "points"}, rows), details, points,
                       all);
}

nlohmann::ordered_json json_of(const std::vector<Exercise>& exercises,
                               const std::vector<CheckedExercise>& checked) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    int points = 0, all = 0;
    for (std::size_t i = 0; i < exercises.size(); ++i) {
        const Exercise& e = exercises[i];
        const int got = checked[i].grade == Grade::passed ? e.level : 0;
        points += got, all += e.level;
        rows.push_back({{"name", e.name},
                        {"number", e.number},
                        {"chapter", e.chapter},
                        {"verdict", grade_name(checked[i].grade)},
                        {"points", got},
                        {"of", e.level},
                        {"message", checked[i].message},
                        {"note", checked[i].note},
                        {"printed", checked[i].printed}});
    }
    return {{"points", points}, {"of", all}, {"exercises", rows}};
}

std::vector<CheckedExercise> checked_from(const std::string& json,
                                          const std::vector<Exercise>& exercises) {
    const nlohmann::json all = parse_json(json);
    std::vector<CheckedExercise> checked;
    for (std::size_t i = 0; i < exercises.size(); ++i) {
        const nlohmann::json& row = all.at("exercises").at(i);
        require(row.at("name") == exercises[i].name, "expected the verdict of {}, got another",
                exercises[i].name);
        checked.push_back({grade_from(row.at("verdict").get<std::string>()),
                           row.at("message").get<std::string>(), "", "", ""});
    }
    return checked;
}

}  // namespace seed
