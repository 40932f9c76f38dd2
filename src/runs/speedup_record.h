// What the record of a step reduction (speedup.h) says: how its rollouts change from window to
// window of floor_window steps, when the run has to stop, and which of its checkpoints is the best.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/array.h"

namespace seed {

// The lines of the record in a run's folder, a step each; none where there is no record.
std::vector<nlohmann::ordered_json> speedup_lines(const std::filesystem::path& folder);

// Means over a window of steps, the run's first or its last: of the record.
struct SpeedupWindow {
    Index first_step = 0, last_step = 0;  // counted from 1
    double right = 0, calls = 0, cost = 0, reward = 0, distinct = 0;
};

// Over the last floor_window of these steps, and over the first; of fewer, all. There is a step.
SpeedupWindow last_window(const std::vector<nlohmann::ordered_json>& lines);
SpeedupWindow first_window(const std::vector<nlohmann::ordered_json>& lines);

// Why a run with this StepReduction::floor must not go on; empty: it may.
std::string reason_to_stop(const std::vector<nlohmann::ordered_json>& lines, double floor);

// The checkpoint, one every so many steps, with the greatest mean reward in the window of steps
// before it, the first of equal ones; 0: there is none.
Index best_checkpoint(const std::vector<nlohmann::ordered_json>& lines, Index every);

// The first floor_window steps and the last, of a run's record; empty where it has no step. JSON:
// first, last (each with first_step, last_step, right, calls, cost, reward, distinct), skipped.
struct SpeedupReport {
    std::optional<SpeedupWindow> first, last;
    Index skipped = 0;
};

SpeedupReport speedup_report(const std::filesystem::path& folder);
nlohmann::ordered_json to_json(const SpeedupReport& report);

}  // namespace seed
