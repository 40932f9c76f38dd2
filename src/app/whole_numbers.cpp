#include "app/whole_numbers.h"

#include <charconv>

#include "core/text.h"

namespace seed {
namespace {

// What is wrong with it, or nothing.
template <class Number>
std::string problem(const std::string& text, const char* range) {
    const bool is_signed = std::is_signed_v<Number>;
    const char *begin = text.data() + text.starts_with('+'), *end = text.data() + text.size();
    Number number = 0;
    const auto [stop, error] = std::from_chars(begin, end, number);
    if (error == std::errc() && stop == end) return "";
    if (!is_signed && text.starts_with('-')) return "expected a number >= 0, got " + one_line(text);
    return fmt::format("expected a whole number {}, got {}", range, in_quotes(text));
}

std::string unsigned_problem(std::string& text) {
    return problem<std::uint64_t>(text, "from 0 to 2^64 - 1");
}
std::string signed_problem(std::string& text) {
    return problem<std::int64_t>(text, "from -2^63 to 2^63 - 1");
}

}  // namespace

void check_whole_numbers(CLI::App& command) {
    for (CLI::Option* option : command.get_options()) {
        const std::string type = option->get_type_name();
        if (type.starts_with("UINT")) option->check(CLI::Validator(unsigned_problem, ""));
        if (type.starts_with("INT")) option->check(CLI::Validator(signed_problem, ""));
    }
    for (CLI::App* below : command.get_subcommands({})) check_whole_numbers(*below);
}

}  // namespace seed
