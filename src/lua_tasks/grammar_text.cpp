#include <fmt/format.h>

#include "lua_tasks/grammar.h"
#include "lua_tasks/prompt_grammar.h"

namespace seed {
namespace {

constexpr std::string_view rules =
    R"(A prompt is a comment of one line, behind "-- ". It says what is computed, not how it is written.

  FOLD      REDUCTION for SOURCE [if FILTER]: MAP      no MAP where the reduction is "count"
  BRANCH    if FILTER: MAP, else MAP                   of one number
  FILTER    PREDICATE | PREDICATE and PREDICATE | PREDICATE or PREDICATE
  long      FOLD; then FOLD | FOLD; then FOLD and FOLD | helper: BRANCH; FOLD: helper; then FOLD
)";

std::string code_of(const Forms& forms) {
    std::string text;
    for (const std::string_view form : forms) {
        if (form.empty()) continue;
        text +=
            (text.empty() ? "" : "  or  ") +
            fill(form, {{"{x}", "x"}, {"{c}", "c"}, {"{r}", "r"}, {"{v}", "v"}, {"{xs}", "xs"}});
    }
    return text;
}

std::string row(std::string_view phrase, std::string_view rest) {
    return fmt::format("  {:<20}{}\n", fill(phrase, {{"{c}", "c"}}), rest);
}

std::string constants_of(const Word& word, bool letter) {
    if (word.high == 0) return "";
    return letter ? fmt::format("   c of {}", letters)
                  : fmt::format("   c = {} ... {}", word.low, word.high);
}

template <class Kind>
std::string words(std::string_view title, std::span<const Kind> kinds, bool of_characters) {
    std::string text = fmt::format("\n{}\n", title);
    for (const Kind kind : kinds) {
        const Word& word = word_of(kind);
        text += row(word.phrase, code_of(word.code) + constants_of(word, of_characters));
    }
    return text;
}

std::string names_of(const Names& names) {
    return fmt::format("{}, {}, {} or {}", names[0], names[1], names[2], names[3]);
}

}  // namespace

std::string grammar_text() {
    std::string text(rules);
    text += "\nSOURCE, and the names of the item and of the argument\n";
    for (const Source source :
         {Source::each, Source::every_second, Source::later, Source::range, Source::characters}) {
        const SourceWord& word = word_of(source);
        text +=
            row(word.phrase, fmt::format("{}; {}{}", names_of(word.item), names_of(word.argument),
                                         word.loop_count > 1 ? "; two loops" : ""));
    }
    text += "\nREDUCTION, and the names of the result\n";
    for (std::size_t i = 0; i < std::size_t(Reduction::count); ++i) {
        const ReductionWord& word = word_of(Reduction(i));
        text += row(word.phrase, fmt::format("{:<46}{}", code_of(word.step), names_of(word.names)));
    }
    text += words("PREDICATE of a number", predicates_for(Source::each), false);
    text += words("PREDICATE of a character", predicates_for(Source::characters), true);
    text += words("MAP of a number", maps_for(Source::each), false);
    text += words("MAP of a character", maps_for(Source::characters), true);
    return text;
}

}  // namespace seed
