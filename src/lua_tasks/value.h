// The values that go into and come out of a Lua program: what tests are made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace seed {

// nil, a boolean, an integer, a float (only +-math.huge occurs in tasks), a string or a list.
struct Value {
    using List = std::vector<Value>;

    std::variant<std::monostate, bool, std::int64_t, double, std::string, List> data;

    Value() = default;
    Value(bool b) : data(b) {}
    Value(int i) : data(std::int64_t{i}) {}
    Value(std::int64_t i) : data(i) {}
    Value(double d) : data(d) {}
    Value(const char* s) : data(std::string(s)) {}
    Value(std::string s) : data(std::move(s)) {}
    Value(List list) : data(std::move(list)) {}

    // Throw std::bad_variant_access where the value is of another type.
    std::int64_t integer() const { return std::get<std::int64_t>(data); }
    const std::string& text() const { return std::get<std::string>(data); }
    const List& list() const { return std::get<List>(data); }
};

// Same type and same content. Stricter than Lua, where 1 == 1.0.
bool operator==(const Value& a, const Value& b);

// The value as Lua source on one line: 7, "a\n", {1, 2}, -math.huge.
std::string lua_literal(const Value& value);

// Bytes as a Lua string literal on one line: quotes, backslashes and unprintable bytes escaped.
std::string lua_literal(std::string_view text);

}  // namespace seed
