#include "app/lua_text.h"

#include <algorithm>

#include "core/text.h"

namespace seed {
namespace {

// Where the first line begins that holds anything; 0 where none does.
std::size_t first_line_with_text(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\n");
    return first == text.npos ? 0 : text.substr(0, first).rfind('\n') + 1;  // npos + 1 = 0
}

}  // namespace

LuaText split_lua_text(std::string_view bytes) {
    const std::string text = plain_text(bytes);
    std::size_t begin = 0;
    if (text.starts_with('#')) begin = std::min(text.find('\n'), text.size() - 1) + 1;
    begin += first_line_with_text(std::string_view(text).substr(begin));
    return {text.substr(0, begin), text.substr(begin)};
}

std::string without_leading_blank_lines(std::string text) {
    return text.erase(0, first_line_with_text(text));
}

}  // namespace seed
