#include "runs/speedup_record.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>

#include "core/files.h"
#include "runs/step_reduction_config.h"

namespace seed {

using Json = nlohmann::ordered_json;

std::vector<Json> speedup_lines(const std::filesystem::path& folder) {
    const std::filesystem::path record = folder / "record.jsonl";
    std::vector<Json> lines;
    if (!std::filesystem::exists(record)) return lines;
    std::istringstream text(read_file(record));
    for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
    return lines;
}

namespace {

SpeedupWindow window_of(std::span<const Json> lines) {
    SpeedupWindow w{lines.front().at("step"), lines.back().at("step")};
    const double part = 1 / double(lines.size());
    for (const Json& line : lines) {
        w.right += part * line.at("right").get<double>();
        w.calls += part * line.at("calls").get<double>();
        w.cost += part * line.at("cost").get<double>();
        w.reward += part * line.at("reward").get<double>();
        w.distinct += part * line.at("distinct").get<double>();
    }
    return w;
}

}  // namespace

SpeedupWindow last_window(const std::vector<Json>& lines) {
    const std::size_t count = std::min(lines.size(), std::size_t(floor_window));
    return window_of(std::span(lines).last(count));
}

SpeedupWindow first_window(const std::vector<Json>& lines) {
    const std::size_t count = std::min(lines.size(), std::size_t(floor_window));
    return window_of(std::span(lines).first(count));
}

std::string reason_to_stop(const std::vector<Json>& lines, double floor) {
    if (Index(lines.size()) < 2 * floor_window) return {};
    const SpeedupWindow first = first_window(lines), last = last_window(lines);
    if (last.right >= floor * first.right) return {};
    return fmt::format(
        "step {}: expected at least {:g} of the first {} steps' share of right rollouts, {:.3f}, "
        "got {:.3f}",
        last.last_step, floor, floor_window, first.right, last.right);
}

Index best_checkpoint(const std::vector<Json>& lines, Index every) {
    Index best = 0;
    double greatest = -std::numeric_limits<double>::infinity();
    for (Index step = every; step <= Index(lines.size()); step += every) {
        const std::vector<Json> before(lines.begin(), lines.begin() + step);
        if (const double reward = last_window(before).reward; reward > greatest) {
            greatest = reward, best = step;
        }
    }
    return best;
}

SpeedupReport speedup_report(const std::filesystem::path& folder) {
    const std::vector<Json> lines = speedup_lines(folder);
    SpeedupReport report;
    if (lines.empty()) return report;
    report.first = first_window(lines);
    report.last = last_window(lines);
    for (const Json& line : lines) report.skipped += line.at("skipped").get<Index>();
    return report;
}

namespace {

Json to_json(const std::optional<SpeedupWindow>& w) {
    if (!w) return nullptr;
    return {{"first_step", w->first_step}, {"last_step", w->last_step}, {"right", w->right},
            {"calls", w->calls},           {"cost", w->cost},           {"reward", w->reward},
            {"distinct", w->distinct}};
}

}  // namespace

Json to_json(const SpeedupReport& report) {
    return {{"first", to_json(report.first)},
            {"last", to_json(report.last)},
            {"skipped", report.skipped}};
}

}  // namespace seed
