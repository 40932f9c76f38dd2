#include "core/json.h"

#include <map>
#include <utility>

#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;
using nlohmann::json;

TEST_CASE("a syntax error is told by line and column") {
    const std::string wrong = "expected JSON, got a syntax error at line ";
    using namespace std::string_literals;
    const std::map<std::string, std::string> places{
        {"", "1, column 1"},
        {"{", "1, column 2"},
        {"{\n  \"a\": 1,\n  b}", "3, column 3"},
        {"[1, 2", "1, column 6"},
        {"{}\n\0"s, "2, column 1"},
        {"\xff\xfe", "1, column 1"},
        {"{} x", "1, column 4"},
        {std::string(64, '['), "1, column 65"}};
    for (const auto& [text, place] : places) {
        CAPTURE(text.substr(0, 20));
        CHECK(error_of([&] { parse_json(text); }) == wrong + place);
    }
    CHECK(error_of([] { parse_json("1e999"); }) == "expected JSON, got a number that is too large");
    CHECK(parse_json("{\"a\": [1]}") == json{{"a", {1}}});
    CHECK(parse_json<nlohmann::ordered_json>("{\"b\": 1, \"a\": 2}").dump() == "{\"b\":1,\"a\":2}");
}

TEST_CASE("JSON nested too deep is refused before anything recurses into it") {
    const auto nested = [](const std::string& open, const std::string& close, int depth) {
        std::string text = "1";
        for (int i = 0; i < depth; ++i) text = open + text;
        for (int i = 0; i < depth; ++i) text += close;
        return text;
    };
    const std::string message = "expected JSON nested at most 64 deep, got deeper";
    CHECK(shown(parse_json(nested("[", "]", 64))).starts_with("[[["));
    CHECK(shown(parse_json(nested("{\"a\":", "}", 64))).starts_with("{\"a\":{"));
    for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
        CHECK(error_of([&] { parse_json(nested(open, close, 65)); }) == message);
        const std::string text = "{\"rope_theta\": " + nested(open, close, 10'000) + "}";
        CHECK(error_of([&] { parse_json(text); }) == message);
        CHECK(error_of([&] { parse_json<nlohmann::ordered_json>(text); }) == message);
    }
    const std::string theta = "{\"x\": " + std::string(100'000, '[') + std::string(100'000, ']');
    CHECK(error_of([&] {
              double value = 0;
              read_member(parse_json(theta + "}"), "x", value);
          }) == message);
}

template <class T>
std::string error_of_member(const char* text) {
    return error_of([&] {
        T value{};
        read_member(json::parse(text), "x", value);
    });
}

TEST_CASE("a member of the wrong kind is named, with what stands there") {
    CHECK(error_of_member<int>("{}") == "x: expected a whole number, got none");
    CHECK(error_of_member<int>("[1]") == "expected an object with \"x\", got [1]");
    CHECK(error_of_member<int>("{\"x\": 2.5}") == "x: expected a whole number, got 2.5");
    CHECK(error_of_member<int>("{\"x\": 2147483648}") ==
          "x: expected a whole number, got 2147483648");
    CHECK(error_of_member<std::int64_t>("{\"x\": 9223372036854775808}") ==
          "x: expected a whole number, got 9223372036854775808");
    CHECK(error_of_member<std::uint64_t>("{\"x\": -1}") ==
          "x: expected a whole number >= 0, got -1");
    CHECK(error_of_member<bool>("{\"x\": 1}") == "x: expected true or false, got 1");
    CHECK(error_of_member<int>("{\"x\": true}") == "x: expected a whole number, got true");
    CHECK(error_of_member<double>("{\"x\": \"1\"}") == "x: expected a number, got \"1\"");
    CHECK(error_of_member<std::string>("{\"x\": null}") == "x: expected a text, got null");
    CHECK(error_of_member<std::string>("{\"x\": [\"\\u0007\\u00e9\"]}") ==
          "x: expected a text, got [\"\\u0007\\u00e9\"]");
    const std::string cut =
        error_of_member<int>(("{\"x\": \"" + std::string(999, 'a') + "\"}").c_str());
    CHECK(cut.size() < 120);
}

TEST_CASE("a member of the right kind is read") {
    const json object{{"whole", -3}, {"share", 2}, {"flag", true}, {"name", "x"}};
    int whole = 0;
    double share = 0;
    bool flag = false;
    std::string name;
    read_member(object, "whole", whole);
    read_member(object, "share", share);
    read_member(object, "flag", flag);
    read_member(object, "name", name);
    CHECK(whole == -3);
    CHECK(share == 2);
    CHECK(flag);
    CHECK(name == "x");
}
