#include "core/records.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/json.h"
#include "core/require.h"
#include "core/text.h"

namespace seed {
namespace {

using nlohmann::json;

bool has_step(const json& line) {
    return line.is_object() && line.contains("step") && line["step"].is_number_integer();
}

// Null where the line is not JSON.
json parse_line(std::string_view line) {
    try {
        return parse_json(line);
    } catch (const Error&) {
        return {};
    }
}

// The whole lines of a record with "step" <= last_step.
std::string lines_through(std::int64_t last_step, std::string_view record,
                          const std::string& file_name) {
    std::string kept;
    for (int number = 1; record.find('\n') != record.npos; ++number) {
        const std::string_view line = record.substr(0, record.find('\n') + 1);
        record.remove_prefix(line.size());
        const json parsed = parse_line(line);
        require(has_step(parsed),
                "expected line {} of '{}' to be a JSON object with an integer \"step\", got {}",
                number, file_name, in_quotes(line));
        if (parsed["step"].get<std::int64_t>() <= last_step) kept += line;
    }
    return kept;
}

}  // namespace

RunRecord::RunRecord(const std::filesystem::path& path, std::int64_t last_step) {
    std::error_code ignored;  // a path that cannot be examined cannot be opened either
    if (std::filesystem::is_regular_file(path, ignored)) {
        const std::string record = read_file(path);
        const std::string kept = lines_through(last_step, record, path.string());
        if (kept != record) write_file_atomically(path, kept);
    }
    file_.emplace(path, OutputFile::Mode::append);
}

void RunRecord::append(const json& line) {
    require(has_step(line), "expected a record with an integer \"step\", got none");
    // In one write: lines of two writers never mix, and a kill tears at most the last one
    file_->write(line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace seed
