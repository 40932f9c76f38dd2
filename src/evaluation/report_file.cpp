#include "evaluation/report_file.h"

#include <algorithm>

#include "core/files.h"
#include "core/json.h"

namespace seed {
namespace {

using Json = ReportFile::Json;

// Whether the JSON has all that will be looked for.
bool is_report(const Json& json, const std::vector<std::string>& fields) {
    if (!json.is_object() || !json.contains("options") || !json.contains("rows")) return false;
    const Json& rows = json["rows"];
    return rows.is_array() && std::all_of(rows.begin(), rows.end(), [&](const Json& row) {
               return row.is_object() &&
                      std::all_of(fields.begin(), fields.end(),
                                  [&](const std::string& field) { return row.contains(field); });
           });
}

}  // namespace

ReportFile::ReportFile(std::filesystem::path file, const ReportKind& kind, const Json& options)
    : file_(std::move(file)) {
    require_writable(file_);
    if (!std::filesystem::exists(file_)) {
        report_ = {{"options", options}, {"rows", Json::array()}};
        return;
    }
    try {
        report_ = parse_json<Json>(read_file(file_));
    } catch (const Error& error) {
        fail("{}: {}", file_.string(), error.what());
    }
    require(is_report(report_, kind.fields), "{}: expected {}, got something else", file_.string(),
            kind.what);
    require(report_["options"] == options,
            "{}: expected {} with these options, got one with others; choose another {}",
            file_.string(), kind.what, kind.option);
}

const Json* ReportFile::find(const Json& keys) const {
    for (const Json& row : rows()) {
        bool same = true;
        for (const auto& [key, value] : keys.items()) {
            same = same && row.contains(key) && row[key] == value;
        }
        if (same) return &row;
    }
    return nullptr;
}

void ReportFile::add(Json row) {
    report_["rows"].push_back(std::move(row));
    write_json(file_, report_);
}

}  // namespace seed
