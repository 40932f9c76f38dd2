#include "app/tour_report.h"

#include "core/progress.h"
#include "core/table.h"
#include "evaluation/model_figures.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;

std::string number(const Json& value, int digits) {
    return value.is_null() ? "-" : fmt::format("{:.{}f}", value.get<double>(), digits);
}

}  // namespace

ReportFile open_tour_report(const std::filesystem::path& folder, const Json& options) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    require(!error, "{}: cannot make the folder: {}", folder.string(), error.message());
    std::vector<std::string> fields = figure_names();
    fields.insert(fields.end(), {"stage", "seconds"});
    return {folder / "tour.json", {"the report of a tour", "--out", fields}, options};
}

std::string tour_table(const Json& rows) {
    std::vector<TableRow> cells;
    for (const Json& row : rows) {
        const auto cell = [&](const char* name, int digits) {
            return number(row.at(name), digits);
        };
        cells.push_back({row.at("stage").get<std::string>(), cell("nelbo_nats_per_token", 3),
                         cell("limit_nats_per_token", 3), cell("above_limit_nats_per_token", 3),
                         cell("pass_at_1", 3), cell("threshold", 2), cell("restore_rate", 3),
                         cell("false_edit_rate", 3), cell("edit_pass_at_1", 3),
                         cell("calls_per_sample", 1), cell("tokens_per_call", 1),
                         cell("tokens_per_second", 0),
                         format_duration(row.at("seconds").get<double>())});
    }
    return format_table({"stage", "NELBO", "limit", "above", "pass@1", "at", "mend", "false",
                         "edit@1", "calls", "tok/c", "tok/s", "time"},
                        cells);
}

}  // namespace seed
