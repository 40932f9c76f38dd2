// What a step reduction's record says: windows of steps, when to stop, the best checkpoint.
#include "runs/speedup_record.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "runs/step_reduction_config.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace seed;
using Json = nlohmann::ordered_json;

namespace {

// Steps 1 ... of these shares of right rollouts; the other figures follow from the step.
std::vector<Json> steps_with_right(const std::vector<double>& right) {
    std::vector<Json> lines;
    for (const double share : right) {
        const auto step = double(lines.size() + 1);
        lines.push_back({{"step", lines.size() + 1},
                         {"right", share},
                         {"calls", 2 * step},
                         {"cost", 3 * step},
                         {"reward", 5 * step},
                         {"distinct", 7 * step},
                         {"skipped", lines.size() % 3 == 0 ? 1 : 0}});
    }
    return lines;
}

std::vector<double> shares(Index count, double value, std::vector<double> then = {}) {
    std::vector<double> all(std::size_t(count), value);
    all.insert(all.end(), then.begin(), then.end());
    return all;
}

}  // namespace

TEST_CASE("a run stops where its last window falls below the floor's part of its first one") {
    REQUIRE(floor_window == 20);
    const auto reason = [](double last, double floor) {
        return reason_to_stop(steps_with_right(shares(20, 0.5, shares(20, last))), floor);
    };
    CHECK(reason(0.5, 0.5).empty());
    CHECK(reason(0.375, 0.5).empty());
    CHECK(reason(0.25, 0.5).empty());  // just the floor
    CHECK(reason(0.2421875, 0.5) ==
          "step 40: expected at least 0.5 of the first 20 steps' share of right rollouts, 0.500, "
          "got 0.242");
    CHECK(!reason(0.375, 0.8).empty());
    CHECK(!reason(0.4375, 1).empty());
    CHECK(reason(0, 0).empty());
}

TEST_CASE("a run is not stopped before it has two windows, nor by steps between them") {
    CHECK(reason_to_stop(steps_with_right(shares(19, 1, shares(20, 0))), 0.5).empty());
    CHECK(!reason_to_stop(steps_with_right(shares(20, 1, shares(20, 0))), 0.5).empty());
    std::vector<double> right = shares(20, 1, shares(10, 0));
    for (Index step = 0; step < 20; ++step) right.push_back(0.75);
    CHECK(reason_to_stop(steps_with_right(right), 0.7).empty());
    CHECK(!reason_to_stop(steps_with_right(right), 0.8).empty());
}

TEST_CASE("the best checkpoint is the first with the greatest mean reward in the window before") {
    std::vector<Json> lines = steps_with_right(shares(60, 0));
    const auto set_reward = [&](Index begin, Index end, double reward) {
        for (Index s = begin; s < end; ++s) lines[s]["reward"] = reward;
    };
    CHECK(best_checkpoint(lines, 61) == 0);
    CHECK(best_checkpoint(lines, 25) == 50);  // the rewards grow
    set_reward(0, 60, 0.5);
    CHECK(best_checkpoint(lines, 20) == 20);
    // Means of the windows before 10, 20 ... 60: -1, -1, 1, 3, 3, 1.5
    set_reward(0, 20, -1), set_reward(20, 50, 3), set_reward(50, 60, 0);
    CHECK(best_checkpoint(lines, 10) == 40);
    set_reward(40, 50, 3.5);
    CHECK(best_checkpoint(lines, 10) == 50);
    CHECK(best_checkpoint(lines, 20) == 40);
}

TEST_CASE(
    "the report has the means of the first window and of the last, and counts what it skips") {
    const TemporaryFolder folder;
    CHECK(speedup_lines(folder.path()).empty());
    CHECK(to_json(speedup_report(folder.path())) ==
          Json{{"first", nullptr}, {"last", nullptr}, {"skipped", 0}});
    std::string record;
    for (const Json& line : steps_with_right(shares(20, 0.25, shares(10, 0.75)))) {
        record += line.dump() + "\n";
    }
    write_file_atomically(folder / "record.jsonl", record);
    CHECK(speedup_lines(folder.path()).size() == 30);
    const SpeedupReport report = speedup_report(folder.path());
    CHECK(report.skipped == 10);
    // Steps 1 ... 20 and 11 ... 30: means 10.5 and 20.5
    for (const auto& [window, first, right, step] :
         {std::tuple{report.first, 1, 0.25, 10.5}, {report.last, 11, 0.5, 20.5}}) {
        CHECK(window->first_step == first);
        CHECK(window->last_step == first + 19);
        CHECK(window->right == Approx(right));
        CHECK(window->calls == Approx(2 * step));
        CHECK(window->cost == Approx(3 * step));
        CHECK(window->reward == Approx(5 * step));
        CHECK(window->distinct == Approx(7 * step));
    }
}

TEST_CASE("every figure of a step reduction's report is under its name in the JSON") {
    const SpeedupReport report{SpeedupWindow{1, 20, 0.5, 40, 0.25, 0.125, 0.75},
                               SpeedupWindow{31, 50, 0.625, 30, 0.375, 0.0625, 1}, 3};
    const Json expected{{"first",
                         {{"first_step", 1},
                          {"last_step", 20},
                          {"right", 0.5},
                          {"calls", 40.0},
                          {"cost", 0.25},
                          {"reward", 0.125},
                          {"distinct", 0.75}}},
                        {"last",
                         {{"first_step", 31},
                          {"last_step", 50},
                          {"right", 0.625},
                          {"calls", 30.0},
                          {"cost", 0.375},
                          {"reward", 0.0625},
                          {"distinct", 1.0}}},
                        {"skipped", 3}};
    CHECK(to_json(report) == expected);
}
