#include "evaluation/placed_program.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

namespace seed {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

}  // namespace

PlacedProgram place(const Tokenizer& tokenizer, const std::vector<std::int32_t>& ids,
                    const Trajectory& trajectory) {
    PlacedProgram program;
    for (std::size_t i = 0; i < ids.size() && ids[i] != tokenizer.eos_id(); ++i) {
        if (trajectory.reveal[i] == Trajectory::given || tokenizer.is_special(ids[i])) continue;
        const std::string& text = tokenizer.token_text(ids[i]);
        std::size_t begin = program.text.size(), end = begin + text.size();
        program.text += text;
        while (begin < end && is_space(program.text[begin])) ++begin;
        while (end > begin && is_space(program.text[end - 1])) --end;
        program.tokens.push_back({trajectory.reveal[i], begin, end});
    }
    return program;
}

bool is_variable(const PlacedProgram& program, const PlacedToken& token) {
    static const std::set<std::string_view> others{
        "and",    "break", "do",    "else",  "elseif", "end",      "false",    "for",    "function",
        "goto",   "if",    "in",    "local", "nil",    "not",      "or",       "repeat", "return",
        "then",   "true",  "until", "while", "ipairs", "pairs",    "math",     "string", "table",
        "select", "type",  "print", "next",  "assert", "tostring", "tonumber", "utf8"};
    const std::string& text = program.text;
    const std::string_view name =
        std::string_view(text).substr(token.begin, token.end - token.begin);
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0) return false;
    if (!std::all_of(name.begin(), name.end(), is_word) || others.contains(name)) return false;
    const char before = token.begin > 0 ? text[token.begin - 1] : ' ';
    const char after = token.end < text.size() ? text[token.end] : ' ';
    return !is_word(before) && before != '.' && before != ':' && !is_word(after);
}

std::vector<Line> lines_of(const PlacedProgram& program) {
    std::vector<Line> lines(1);
    std::vector<std::size_t> line_at;  // of every byte
    for (const char c : program.text) {
        line_at.push_back(lines.size() - 1);
        if (c == '\n') lines.emplace_back();
    }
    line_at.push_back(lines.size() - 1);
    std::size_t begin = 0;
    for (Line& line : lines) {
        const std::size_t end = std::min(program.text.find('\n', begin), program.text.size());
        std::size_t word = begin;
        while (word < end && program.text[word] == ' ') ++word, ++line.indent;
        std::size_t last = word;
        while (last < end && is_word(program.text[last])) ++last;
        line.first_word = program.text.substr(word, last - word);
        if (program.text.compare(word, 15, "local function ") == 0) line.first_word = "function";
        begin = end + 1;
    }
    for (const PlacedToken& token : program.tokens) {
        if (token.begin == token.end) continue;  // nothing but space
        Line& line = lines[line_at[token.begin]];
        line.steps += token.step, ++line.tokens;
    }
    return lines;
}

}  // namespace seed
