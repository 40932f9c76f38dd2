// The record of a run: one JSON object per line (JSON lines), each with an integer "step".
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "core/files.h"

namespace seed {

// A run that was killed and resumes from its checkpoint of step S repeats the steps after S. What
// the record says about them is dropped first, so that it ends up as if nothing had happened.
class RunRecord {
public:
    static constexpr std::int64_t no_step = -1;

    // Opens the record at `path` and keeps the lines with "step" <= last_step: none by default, for
    // a run that starts. A last line without an end, torn by a kill, is dropped. The file is made
    // if it is missing. Throws Error if it cannot be written or, before anything is changed, if a
    // line is not a JSON object with an integer "step": then it is no record of ours.
    explicit RunRecord(const std::filesystem::path& path, std::int64_t last_step = no_step);

    // Adds a line and hands it to the system before it returns: a kill thereafter loses nothing.
    // Numbers that are not finite become null. Throws Error if there is no integer "step", or if
    // the disk is full.
    void append(const nlohmann::json& line);

private:
    std::optional<OutputFile> file_;  // opened after the old lines are sorted out
};

}  // namespace seed
