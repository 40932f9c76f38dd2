#include "core/json.h"

#include <algorithm>

#include "core/files.h"

namespace seed {

void fail_syntax(std::string_view text, std::size_t byte) {
    // The library counts from 1, and one beyond the text where it ends too early
    const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 = 0
    fail("expected JSON, got a syntax error at line {}, column {}", line,
         before.size() - line_start + 1);
}

std::string shown(const nlohmann::json& value) {
    std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    if (text.size() <= 60) return text;
    text.resize(60);
    return text.append("...");
}

void write_json(const std::filesystem::path& file, const nlohmann::ordered_json& json) {
    // A token may be a part of a UTF-8 character: written as U+FFFD
    using Json = nlohmann::ordered_json;
    write_file_atomically(file, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace seed
