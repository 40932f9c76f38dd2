// What `seed exercises` prints and writes.
#pragma once

#include <map>
#include <nlohmann/json.hpp>

#include "exercises/exercise_check.h"

namespace seed {

// How many hints of each exercise a student has seen: one more with every new answer that fails.
// Kept in a file of the student's folder; a lost or damaged one only starts again. It is neither
// read nor written through links, which could lead to somebody else's files.
class HintsShown {
public:
    // Reads the course's file, counts these verdicts, writes it.
    HintsShown(const std::filesystem::path& course, const std::vector<Exercise>& exercises,
               const std::vector<CheckedExercise>& checked);
    std::size_t of(const Exercise& exercise) const;

private:
    std::map<std::string, std::size_t> shown_;
};

// Number, title, file, level and minutes of each, and the minutes of each chapter.
std::string list_of(const std::vector<Exercise>& exercises);

// A line for each, what is wrong with those that failed, their next hints, the points.
std::string report_of(const std::vector<Exercise>& exercises,
                      const std::vector<CheckedExercise>& checked, const HintsShown& hints);

// Without the seed, which the teacher may want to keep.
nlohmann::ordered_json json_of(const std::vector<Exercise>& exercises,
                               const std::vector<CheckedExercise>& checked);

// The verdicts and messages of such JSON. Throws Error where it is of other exercises.
std::vector<CheckedExercise> checked_from(const std::string& json,
                                          const std::vector<Exercise>& exercises);

}  // namespace seed
