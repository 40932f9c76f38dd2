#include "lua_tasks/value.h"

#include <fmt/format.h>

#include <cmath>

namespace seed {
namespace {

struct LiteralWriter {
    std::string operator()(std::monostate) const { return "nil"; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t i) const { return fmt::format("{}", i); }
    std::string operator()(double d) const {
        if (std::isinf(d)) return d > 0 ? "math.huge" : "-math.huge";
        if (std::isnan(d)) return "0/0";
        return fmt::format("{:#.17g}", d);
    }
    std::string operator()(const std::string& s) const { return lua_literal(std::string_view(s)); }
    std::string operator()(const Value::List& list) const {
        std::string text = "{";
        for (const Value& item : list) text += (text.size() > 1 ? ", " : "") + lua_literal(item);
        return text + "}";
    }
};

}  // namespace

bool operator==(const Value& a, const Value& b) { return a.data == b.data; }

std::string lua_literal(const Value& value) { return std::visit(LiteralWriter{}, value.data); }

std::string lua_literal(std::string_view text) {
    std::string literal = "\"";
    for (unsigned char c : text) {
        if (c == '"' || c == '\\') {
            literal += {'\\', char(c)};
        } else if (c == '\n') {
            literal += "\\n";
        } else if (c < 32 || c > 126) {
            literal += fmt::format("\\{:03}", c);
        } else {
            literal += char(c);
        }
    }
    return literal + "\"";
}

}  // namespace seed
