// The exercises of the course: a text each in exercises/, a region of a source that the student
// writes, and the kernels or the check that judge it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace seed {

// exercises/12_add_to_table.md:
//
//     # 1.2 Count into a table
//
//     - file: cuda/tokenizer/pair_counts.cu
//     - kernels: count_pairs/global_table        (not for C++: tests/exercises has its check)
//     - level: 2                                  (1 easy, 2, 3 hard: its points)
//     - minutes: 30
//
//     What is to be done ...
//
//     ## Hint 1
//     ## Hint 2
//
// Its name, add_to_table, is that of the region: `// [exercise add_to_table]` to
// `// [/exercise add_to_table]` of the file.
struct Exercise {
    std::string name, title, number;  // "add_to_table", "Count into a table", "1.2"
    int chapter = 0;
    std::filesystem::path file;  // below the project
    std::vector<std::string> kernels;
    int level = 1, minutes = 0;
    std::string task;
    std::vector<std::string> hints;

    bool is_kernel() const { return !kernels.empty(); }
};

// Without white space at either end.
std::string trimmed(const std::string& text);

// All of `project`/exercises, in the order of their numbers. Throws Error where a text does not
// have this form.
std::vector<Exercise> read_exercises(const std::filesystem::path& project);

// The lines between the region's marks. Throws Error where the text does not have both, once.
std::string answer_in(std::string_view text, const Exercise& exercise);

// The text with another answer.
std::string with_answer(std::string_view text, const Exercise& exercise, std::string_view answer);

// The text without the lines between any marks of exercises.
std::string without_answers(std::string_view text);

// The text as a student finds it: in the region a comment, or in C++ a call that says what is
// missing.
std::string blanked(std::string_view text, const Exercise& exercise);

}  // namespace seed
