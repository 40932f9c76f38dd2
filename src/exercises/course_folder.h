// `seed exercises new`: the project as a student gets it.
#pragma once

#include "exercises/exercise.h"

namespace seed {

struct CourseFolder {
    int written = 0, kept = 0;  // files
};

// Copies the project to `folder`, without its history: the exercises' regions are blank, and what
// would give them away is left out (the solutions and excerpts in the chapters, hints, wrong
// answers, planted faults). Files that are there already stay as they are. Throws Error where
// `folder` lies in the project or cannot be written.
CourseFolder write_course(const std::filesystem::path& project, const std::filesystem::path& folder,
                          const std::vector<Exercise>& exercises);

}  // namespace seed
