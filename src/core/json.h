// JSON from files that somebody may have damaged or written by hand, and into files. Errors say
// what was expected and where; of what is read the caller adds the name of the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/require.h"

namespace seed {

// Throws Error "expected JSON, got a syntax error at line 3, column 7".
[[noreturn]] void fail_syntax(std::string_view text, std::size_t byte);

// A value as a message shows it: on one line, not too long, always valid UTF-8.
std::string shown(const nlohmann::json& value);

// Copying or printing a value takes stack for every list or object around it.
constexpr int deepest_json = 64;

// Throws Error where the text is not JSON, or nested deeper than any of our files.
template <class Json = nlohmann::json>
Json parse_json(std::string_view text) {
    // The library takes a zero byte for the end of the text and would not look behind it
    const std::size_t zero = text.find('\0');
    if (zero != text.npos) fail_syntax(text, zero + 1);
    const auto is_shallow = [](int depth, typename Json::parse_event_t event, const Json&) {
        using Event = typename Json::parse_event_t;
        const bool opens = event == Event::object_start || event == Event::array_start;
        require(!opens || depth < deepest_json, "expected JSON nested at most {} deep, got deeper",
                deepest_json);
        return true;
    };
    try {
        return Json::parse(text, is_shallow);
    } catch (const typename Json::parse_error& error) {
        fail_syntax(text, error.byte);
    } catch (const typename Json::exception&) {
        fail("expected JSON, got a number that is too large");
    }
}

// What a message calls a value of type T, and whether the JSON is one.
template <class T>
constexpr const char* kind_of() {
    if (std::is_same_v<T, bool>) return "true or false";
    if (std::is_unsigned_v<T>) return "a whole number >= 0";
    if (std::is_integral_v<T>) return "a whole number";
    return std::is_arithmetic_v<T> ? "a number" : "a text";
}

template <class T>
bool holds(const nlohmann::json& value) {
    if constexpr (std::is_same_v<T, bool>) {
        return value.is_boolean();
    } else if constexpr (std::is_integral_v<T>) {
        if (value.is_number_unsigned()) return std::in_range<T>(value.get<std::uint64_t>());
        return value.is_number_integer() && std::in_range<T>(value.get<std::int64_t>());
    } else if constexpr (std::is_arithmetic_v<T>) {
        return value.is_number();
    } else {
        return value.is_string();
    }
}

// object[key] into `value`. Throws Error "batch: expected a whole number, got [1]".
template <class T>
void read_member(const nlohmann::json& object, const char* key, T& value) {
    require(object.is_object(), "expected an object with \"{}\", got {}", key, shown(object));
    const auto found = object.find(key);
    require(found != object.end(), "{}: expected {}, got none", key, kind_of<T>());
    if (!holds<T>(*found)) fail("{}: expected {}, got {}", key, kind_of<T>(), shown(*found));
    found->get_to(value);
}

// Indented, with a final line end, at once or not at all. Throws Error where the file cannot be
// written.
void write_json(const std::filesystem::path& file, const nlohmann::ordered_json& json);

}  // namespace seed
