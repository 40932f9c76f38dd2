// Lua programs from files that people wrote.
#pragma once

#include <string>
#include <string_view>

namespace seed {

// What stands before a program is none of the model's business: a "#!" line for the shell (Lua
// itself skips a first line that begins with "#") and blank lines. Both parts are plain text
// (core/text.h); together they are the file.
struct LuaText {
    std::string head, program;
};

LuaText split_lua_text(std::string_view bytes);

// The text without blank lines in front, unless there is nothing else.
std::string without_leading_blank_lines(std::string text);

}  // namespace seed
