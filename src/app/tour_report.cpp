#include "app/tour_report.h"

#include <algorithm>

#include "app/report.h"
#include "core/files.h"
#include "core/json.h"
#include "core/table.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array columns = {"nelbo_nats_per_token", "pass_at_1",         "restore_rate",
                                "false_edit_rate",      "edit_pass_at_1",    "calls_per_sample",
                                "tokens_per_call",      "tokens_per_second", "seconds"};

// Whether the JSON has all that the tour will look for.
bool is_report(const Json& json) {
    if (!json.contains("options") || !json.contains("rows")) return false;
    const Json& rows = json["rows"];
    return rows.is_array() && std::all_of(rows.begin(), rows.end(), [](const Json& row) {
               const auto has = [&](const char* column) { return row.contains(column); };
               return has("stage") && row["stage"].is_string() &&
                      std::all_of(columns.begin(), columns.end(), has);
           });
}

}  // namespace

TourReport::TourReport(const std::filesystem::path& folder, const Json& options)
    : file_(folder / "tour.json") {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    require(!error, "{}: cannot make the folder: {}", folder.string(), error.message());
    require_writable(file_);
    if (!std::filesystem::exists(file_)) {
        report_ = {{"options", options}, {"rows", Json::array()}};
        return;
    }
    try {
        report_ = parse_json<Json>(read_file(file_));
    } catch (const Error& json_error) {
        fail("{}: {}", file_.string(), json_error.what());
    }
    require(is_report(report_), "{}: expected the report of a tour, got something else",
            file_.string());
    require(report_["options"] == options,
            "{}: expected a tour with these options, got one with others; choose another --out",
            folder.string());
}

const Json* TourReport::find(const std::string& stage) const {
    for (const Json& row : rows()) {
        if (row.at("stage") == stage) return &row;
    }
    return nullptr;
}

void TourReport::add(Json row) {
    report_["rows"].push_back(std::move(row));
    write_json(file_, report_);
}

Json empty_row(const std::string& stage) {
    Json row{{"stage", stage}};
    for (const char* column : columns) row[column] = nullptr;
    return row;
}

void enter(Json& row, const LikelihoodReport& likelihood) {
    const Likelihood& bound = likelihood.nelbo ? *likelihood.nelbo : *likelihood.left_to_right;
    row["nelbo_nats_per_token"] = bound.nats_per_token;
    row["likelihood"] = to_json(likelihood);
}

void enter(Json& row, const DecodingReport& decoding) {
    if (decoding.family == TaskFamily::edit) {
        row["edit_pass_at_1"] = decoding.pass_at_1;
        row["edit_decoding"] = to_json(decoding);
        return;
    }
    row["pass_at_1"] = decoding.pass_at_1;
    row["calls_per_sample"] = decoding.calls_per_sample;
    row["tokens_per_call"] = decoding.tokens_per_call;
    row["tokens_per_second"] = decoding.tokens_per_second;
    row["decoding"] = to_json(decoding);
}

void enter(Json& row, const RepairReport& repair) {
    row["restore_rate"] = repair.one_edit.restore_rate();
    row["false_edit_rate"] = repair.clean.false_edit_rate();
    row["repair"] = to_json(repair);
}

void enter(Json& row, const SelfCorrectionReport& correction) {
    row["self_correction"] = to_json(correction);
}

void enter_control(Json& row, const Json& control) {
    for (const char* column : {"restore_rate", "false_edit_rate", "edit_pass_at_1",
                               "nelbo_nats_per_token", "pass_at_1"}) {
        row[fmt::format("control_{}", column)] = control.at(column);
    }
}

std::string tour_table(const Json& rows) {
    constexpr std::array<int, columns.size()> digits = {3, 3, 3, 3, 3, 1, 1, 0, 0};
    std::vector<TableRow> cells;
    for (const Json& row : rows) {
        TableRow line{row.at("stage").get<std::string>()};
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const Json& value = row.at(columns[i]);
            line.push_back(
                value.is_null() ? "-" : fmt::format("{:.{}f}", value.get<double>(), digits[i]));
        }
        cells.push_back(std::move(line));
    }
    return format_table({"stage", "NELBO", "pass@1", "restored", "false edits", "edit@1", "calls",
                         "tokens/call", "tokens/s", "seconds"},
                        cells);
}

}  // namespace seed
