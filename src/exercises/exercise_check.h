// One exercise of one student, judged by this build: the answer between the marks of his file takes
// its place in the project's own, is compiled, and runs in a sandbox (tests/support/sandbox.h).
#pragma once

#include "exercises/exercise.h"

namespace seed {

struct CheckOptions {
    std::uint64_t seed = 1;  // of the numbers; other than 1, of four shapes more
    unsigned seconds = 20;   // for one call of the student's code
};

enum class Grade { passed, failed, blank };

struct CheckedExercise {
    Grade grade = Grade::blank;
    std::string message;  // what is wrong, in lines
    std::string note;     // what the student should know besides
    std::string printed;  // by the student's code
    std::string answer;   // as he wrote it
};

std::string_view grade_name(Grade grade);
Grade grade_from(std::string_view name);

// A file that is missing or lost its marks is a failed exercise, like any other fault of the
// student's. Throws Error where the project itself is damaged.
CheckedExercise check_exercise(const Exercise& exercise, const std::filesystem::path& project,
                               const std::filesystem::path& course, const CheckOptions& options);

}  // namespace seed
