#include "exercises/exercise_check.h"

#include <algorithm>
#include <array>
#include <regex>
#include <sstream>

#include "core/files.h"
#include "core/text.h"
#include "exercises/answer_rules.h"
#include "exercises/reader_library.h"
#include "tests/exercises/code_check.h"
#include "tests/support/reader_process.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

constexpr unsigned seconds_to_compile = 120;
constexpr std::size_t lines_of_compiler = 12;
constexpr std::array<std::string_view, 3> grade_names{"passed", "failed", "blank"};

std::string first_lines(const std::string& text, std::size_t count) {
    std::istringstream lines(text);
    std::string result, line;
    while (count-- > 0 && std::getline(lines, line)) result += line + "\n";
    if (!result.empty()) result.pop_back();
    return result;
}

// Safe to print and to write as JSON, line by line.
std::string printable(const std::string& text) {
    std::istringstream lines(text);
    std::string result;
    for (std::string line; std::getline(lines, line);) {
        result += (result.empty() ? "" : "\n") + one_line(line);
    }
    return result;
}

struct Judge {
    std::vector<EntryPoint> entries;
    std::function<void(const fs::path& folder)> run;  // throws Error where the answer is wrong
};

// Four shapes that no student has seen.
void add_hidden_shapes(KernelCase& kernel, RandomKey key) {
    Shape largest = kernel.shapes[0];
    for (const Shape& shape : kernel.shapes) {
        for (std::size_t i = 0; i < shape.size(); ++i) {
            largest[i] = std::max(largest[i], shape[i]);
        }
    }
    RandomStream stream(key, 0);
    for (int tries = 0, found = 0; tries < 1000 && found < 4; ++tries) {
        Shape shape;
        for (const Index most : largest) {
            shape.push_back(1 + Index(stream.below(std::uint32_t(std::min<Index>(most, 5000)))));
        }
        Index elements = 1;
        for (const Index size : shape) elements *= size;
        if (elements > 200'000 || !kernel.missing_in(shape).empty()) continue;
        kernel.shapes.push_back(shape);
        ++found;
    }
}

Judge judge_of_kernels(const Exercise& e, const CheckOptions& options) {
    std::vector<KernelCase> kernels;
    Judge judge;
    for (const std::string& name : e.kernels) {
        const auto is_it = [&](const KernelCase& kernel) { return kernel.name == name; };
        const auto found = std::ranges::find_if(kernel_cases(), is_it);
        require(found != kernel_cases().end(), "exercise {}: no kernel {}", e.name, name);
        kernels.push_back(*found);
        judge.entries.push_back({found->type, "&seed::" + function_name(*found)});
        if (options.seed != 1) add_hidden_shapes(kernels.back(), RandomKey{options.seed});
        kernels.back().launcher = found->in_sandbox;
    }
    judge.run = [kernels, options](const fs::path& folder) {
        for (std::size_t k = 0; k < kernels.size(); ++k) {
            set_student([folder, k] { return load_reader_function(folder, k); });
            for (const Shape& shape : kernels[k].shapes) {
                const KernelResult result = verify_kernel(kernels[k], shape, options.seed);
                require(result.passed(), "{}", result.failure);
            }
        }
    };
    return judge;
}

Judge judge_of_code(const Exercise& e, const CheckOptions& options) {
    const auto is_it = [&](const CodeCheck& check) { return check.name == e.name; };
    const auto found = std::ranges::find_if(code_checks(), is_it);
    require(found != code_checks().end(), "exercise {}: no check of this name", e.name);
    return {{{found->type, found->entry}}, [check = *found, options](const fs::path& folder) {
                set_student([folder] { return load_reader_function(folder, 0); });
                check.run(RandomKey{options.seed}.fork(check.name));
            }};
}

void compile_answer(const Exercise& e, const std::string& source, const Judge& judge,
                    const fs::path& folder) {
    const fs::path file = folder / e.file.filename(), said = folder / "compiler.txt";
    fs::create_directories((folder / e.file).parent_path());
    write_file_atomically(folder / e.file, source);  // whose lines the compiler shows
    write_file_atomically(file, fmt::format("#line 1 \"{}\"\n", e.file.string()) + source);
    const int status = compile_reader_file(file, judge.entries,
                                           e.is_kernel() ? ReaderCode::kernel : ReaderCode::host,
                                           folder, said, seconds_to_compile);
    require(status == 0, "the compiler ended with {}:\n{}", exit_of(status),
            first_lines(read_file(said), lines_of_compiler));
}

}  // namespace

std::string_view grade_name(Grade grade) { return grade_names[std::size_t(grade)]; }

Grade grade_from(std::string_view name) {
    const auto found = std::ranges::find(grade_names, name);
    require(found != grade_names.end(), "grade: expected passed, failed or blank, got {}",
            in_quotes(std::string(name)));
    return Grade(found - grade_names.begin());
}

std::string read_course_file(const fs::path& course, const Exercise& e) {
    const fs::path file = course / e.file;
    require(fs::is_regular_file(file), "{}: expected a file, got none", e.file.string());
    // Blanks behind a mark do not matter
    static const std::regex behind_mark(R"((// \[/?exercise \w+\])[ \t]+(\n|$))");
    return std::regex_replace(plain_text(read_file(file)), behind_mark, "$1$2");
}

CheckedExercise check_exercise(const Exercise& e, const fs::path& project, const fs::path& course,
                               const CheckOptions& options) {
    const std::string ours = read_file(project / e.file);
    CheckedExercise checked;
    std::string theirs;
    try {
        theirs = read_course_file(course, e);
        checked.answer = answer_in(theirs, e);
    } catch (const Error& error) {
        checked.grade = Grade::failed, checked.message = printable(error.what());
        return checked;
    }
    const std::string& answer = checked.answer;
    if (trimmed(answer) == trimmed(answer_in(blanked(ours, e), e))) return checked;
    if (without_answers(ours) != without_answers(theirs)) {
        checked.note = fmt::format(
            "{} differs from the project's outside of the marks, which does "
            "not count",
            e.file.string());
    }
    set_sandbox_limits({options.seconds});
    take_sandbox_output();
    checked.grade = Grade::failed;
    try {
        refuse_tricks(e, answer, ours);
        const Judge judge =
            e.is_kernel() ? judge_of_kernels(e, options) : judge_of_code(e, options);
        const ScratchFolder folder;
        compile_answer(e, with_answer(ours, e, answer), judge, folder.path());
        refuse_calls(folder.path(), ours);
        judge.run(folder.path());
        checked.grade = Grade::passed;
    } catch (const Error& error) {
        checked.message = printable(error.what());
    }
    checked.printed = printable(take_sandbox_output());
    return checked;
}

}  // namespace seed
