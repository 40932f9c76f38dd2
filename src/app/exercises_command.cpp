#include "app/exercises_command.h"

#include <memory>
#include <optional>

#include "app/break_command.h"
#include "app/checker_program.h"
#include "app/exercise_report.h"
#include "app/writable_file.h"
#include "core/json.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "exercises/course_folder.h"
#include "exercises/reader_library.h"
#include "tests/support/reader_process.h"

#ifndef SIMT_NATIVE
#include "simt/launch.h"
#include "simt/memory.h"
#endif

namespace seed {
namespace fs = std::filesystem;
namespace {

const fs::path project = SEED_PROJECT_DIR;

// Which exercises; without either all.
struct Choice {
    std::optional<int> chapter;
    std::optional<std::string> only;
};

struct CheckArguments {
    std::string folder, json;
    Choice choice;
    CheckOptions options;
    bool one_build = false;
};

std::vector<Exercise> chosen_exercises(const Choice& choice) {
    std::vector<Exercise> chosen;
    for (Exercise& e : read_exercises(project)) {
        const bool in_chapter = !choice.chapter || e.chapter == *choice.chapter;
        const bool is_named = !choice.only || e.name == *choice.only || e.number == *choice.only;
        if (in_chapter && is_named) chosen.push_back(std::move(e));
    }
    require(!chosen.empty(), "expected an exercise as `seed exercises list` has it, got {}",
            in_quotes(choice.only.value_or("none")));
    return chosen;
}

void add_chapter_option(CLI::App* command, Choice& choice) {
    command->add_option("--chapter", choice.chapter, "the exercises of one chapter")
        ->check(CLI::Range(0, 7));
}

void make_course(const std::string& folder) {
    const std::vector<Exercise> exercises = read_exercises(project);
    const CourseFolder course = write_course(project, folder, exercises);
    fmt::print("{}: {} exercises, {} files written{}\n", folder, exercises.size(), course.written,
               course.kept > 0 ? fmt::format(", {} left as they were", course.kept) : "");
    fmt::print("begin with {}\n", (fs::path(folder) / "exercises" / "README.md").string());
}

// The same check in the checker build, of the kernels, while this one goes on.
int start_checker(const CheckArguments& a, const fs::path& scratch) {
    std::vector<std::string> command{checker_program().string(),
                                     "exercises",
                                     "check",
                                     a.folder,
                                     "--one-build",
                                     "--json",
                                     (scratch / "checker.json").string(),
                                     "--seed",
                                     std::to_string(a.options.seed),
                                     "--seconds",
                                     std::to_string(3 * a.options.seconds)};
    if (a.choice.chapter)
        command.insert(command.end(), {"--chapter", std::to_string(*a.choice.chapter)});
    if (a.choice.only) command.insert(command.end(), {"--only", *a.choice.only});
    return start_program(command, scratch / "checker.txt");
}

std::vector<CheckedExercise> check_here(const CheckArguments& a,
                                        const std::vector<Exercise>& exercises) {
    set_thread_count(1);  // a forked process has no threads but one
#ifndef SIMT_NATIVE
    simt::set_worker_count(1);
    simt::share_device_memory();
#endif
    std::vector<CheckedExercise> checked;
    Progress progress("check", std::int64_t(exercises.size()));
    for (const Exercise& e : exercises) {
        progress.update(std::int64_t(checked.size()), e.name);
        const bool is_counted = !a.one_build || e.is_kernel();
        checked.push_back(is_counted ? check_exercise(e, project, a.folder, a.options)
                                     : CheckedExercise{});
    }
    progress.finish(fmt::format("{} exercises", exercises.size()));
    return checked;
}

// Passed is what passes in both builds.
void add_checkers_verdicts(std::vector<CheckedExercise>& checked,
                           const std::vector<Exercise>& exercises, int checker,
                           const fs::path& scratch) {
    const int status = wait_for_program(checker);
    const fs::path file = scratch / "checker.json";
    require(fs::exists(file), "the checker build ended with {}: {}", exit_of(status),
            read_file(scratch / "checker.txt"));
    const std::vector<CheckedExercise> others = checked_from(read_file(file), exercises);
    for (std::size_t i = 0; i < checked.size(); ++i) {
        const bool is_new_fault = checked[i].grade == Grade::passed && exercises[i].is_kernel() &&
                                  others[i].grade != Grade::passed;
        if (!is_new_fault) continue;
        checked[i].grade = Grade::failed;
        checked[i].message = "under the checker: " + others[i].message;
    }
}

void check(const CheckArguments& a) {
    require(std::string_view(SEED_KERNEL_COMPILER) != "",
            "expected the build whose kernels are emulated, got one for a GPU");
    require(fs::is_directory(fs::path(a.folder) / "exercises"),
            "{}: expected a folder of `seed exercises new`, got none", a.folder);
    const std::vector<Exercise> exercises = chosen_exercises(a.choice);
    if (a.one_build) {
        const std::vector<CheckedExercise> checked = check_here(a, exercises);
        return write_json(a.json, json_of(exercises, checked));
    }
    const ScratchFolder scratch;
    const int checker = start_checker(a, scratch.path());
    std::vector<CheckedExercise> checked = check_here(a, exercises);
    add_checkers_verdicts(checked, exercises, checker, scratch.path());
    const HintsShown hints(a.folder, exercises, checked);
    fmt::print("{}", report_of(exercises, checked, hints));
    if (!a.json.empty()) write_json(a.json, json_of(exercises, checked));
    const auto is_passed = [](const CheckedExercise& c) { return c.grade == Grade::passed; };
    const auto passed = std::ranges::count_if(checked, is_passed);
    require(passed == std::ptrdiff_t(checked.size()), "exercises: {} of {} passed", passed,
            checked.size());
}

}  // namespace

void add_exercises_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("exercises", "a student's folder, and its grader");
    command->require_subcommand(1);

    CLI::App* list =
        command->add_subcommand("list", "the exercises, with their files, levels and minutes");
    auto listed = std::make_shared<Choice>();
    add_chapter_option(list, *listed);
    list->callback([listed] { fmt::print("{}", list_of(chosen_exercises(*listed))); });

    CLI::App* make = command->add_subcommand("new", "write a student's folder, or what it lacks");
    auto folder = std::make_shared<std::string>();
    make->add_option("folder", *folder, "where")->required();
    make->callback([folder] { make_course(*folder); });

    CLI::App* judge = command->add_subcommand("check", "judge the answers in a student's folder");
    auto a = std::make_shared<CheckArguments>();
    judge->add_option("folder", a->folder, "of `seed exercises new`")->required();
    add_chapter_option(judge, a->choice);
    judge->add_option("--only", a->choice.only, "one exercise, by its name or number");
    judge->add_option("--json", a->json, "write verdicts and points as JSON")
        ->check(writable_file());
    judge
        ->add_option("--seed", a->options.seed,
                     "of the numbers; another one than 1 adds shapes that are not in the sources")
        ->capture_default_str();
    judge->add_option("--seconds", a->options.seconds, "most time for a call of the student's code")
        ->check(CLI::Range(1u, 3600u))
        ->capture_default_str();
    judge->add_flag("--one-build", a->one_build)->group("");  // how it calls the checker build
    judge->footer("The exit status is 0 if all chosen exercises passed and 1 if not.");
    judge->callback([a] { check(*a); });

    add_break_command(*command, project);
}

}  // namespace seed
