#include "lua_tasks/grammar.h"

#include <fmt/format.h>

#include <algorithm>

namespace seed {
namespace {

using enum PredicateKind;

template <class Kind>
constexpr std::size_t number_of = std::size_t(Kind::count);

constexpr int last_letter = int(letters.size()) - 1;

// [lua_tasks.grammar]
constexpr std::array<Word, number_of<PredicateKind>> predicate_words = {{
    {"even", {"{x} % 2 == 0"}},
    {"odd", {"{x} % 2 == 1"}},
    {"divisible by {c}", {"{x} % {c} == 0"}, 3, 9},
    {"positive", {"{x} > 0", "0 < {x}"}},
    {"above {c}", {"{x} > {c}", "{c} < {x}"}, 1, 9},
    {"negative", {"{x} < 0", "0 > {x}"}},
    {"below {c}", {"{x} < {c}", "{c} > {x}"}, 2, 9},
    {"\"{c}\"", {"{x} == \"{c}\"", "\"{c}\" == {x}"}, 0, last_letter},
    {"not \"{c}\"", {"{x} ~= \"{c}\"", "\"{c}\" ~= {x}"}, 0, last_letter},
    {"vowel", {"{x}:match(\"[aeiou]\")"}},
    {"digit", {"{x}:match(\"%d\")"}},
    {"uppercase", {"{x}:match(\"%u\")"}},
    {"lowercase", {"{x}:match(\"%l\")"}},
}};

constexpr std::array<Word, number_of<MapKind>> map_words = {{
    {"itself", {"{x}"}},
    {"squared", {"{x} * {x}"}},
    {"doubled", {"{x} * 2", "2 * {x}"}},
    {"negated", {"-{x}"}},
    {"plus {c}", {"{x} + {c}", "{c} + {x}"}, 1, 9},
    {"minus {c}", {"{x} - {c}"}, 1, 9},
    {"times {c}", {"{x} * {c}", "{c} * {x}"}, 3, 9},
    {"mod {c}", {"{x} % {c}"}, 3, 9},
    {"upper", {"{x}:upper()"}},
    {"lower", {"{x}:lower()"}},
    {"doubled", {"{x} .. {x}"}},
}};

constexpr std::array<ReductionWord, number_of<Reduction>> reduction_words = {{
    {"sum", "0", {"{r} = {r} + {v}", "{r} = {v} + {r}"}, {"total", "acc", "result", "res"}},
    {"product", "1", {"{r} = {r} * {v}", "{r} = {v} * {r}"}, {"prod", "acc", "result", "res"}},
    {"count", "0", {"{r} = {r} + 1", "{r} = 1 + {r}"}, {"hits", "found", "result", "res"}},
    {"max", "-math.huge", {"{r} = math.max({r}, {v})", "{r} = math.max({v}, {r})"},
     {"best", "high", "result", "res"}},
    {"min", "math.huge", {"{r} = math.min({r}, {v})", "{r} = math.min({v}, {r})"},
     {"best", "low", "result", "res"}},
    {"list", "{}", {"table.insert({r}, {v})"},
     {"out", "found", "result", "res"}},
    {"text", "\"\"", {"{r} = {r} .. {v}"}, {"out", "acc", "result", "res"}},
    {"reverse", "\"\"", {"{r} = {v} .. {r}"}, {"out", "acc", "result", "res"}},
}};

constexpr Names list_items = {"x", "v", "n", "value"};
constexpr Names list_arguments = {"xs", "items", "values", "numbers"};

constexpr std::array<SourceWord, number_of<Source>> source_words = {{
    {"each item",
     {{{"  for _, {x} in ipairs({xs}) do\n", ""},
       {"  for i = 1, #{xs} do\n    local {x} = {xs}[i]\n", ""}}},
     2, list_items, list_arguments},
    {"each second item",
     {{{"  for i = 1, #{xs}, 2 do\n    local {x} = {xs}[i]\n", ""}}},
     1, list_items, list_arguments},
    {"each later item",
     {{{"  for i = 2, #{xs} do\n    local {x} = {xs}[i]\n", ""}}},
     1, list_items, list_arguments},
    {"each number from 1",
     {{{"  for {x} = 1, {xs} do\n", ""},
       {"  local {x} = 1\n  while {x} <= {xs} do\n", "    {x} = {x} + 1\n"}}},
     2, {"i", "j", "k", "x"}, {"n", "limit", "stop", "bound"}},
    {"each char",
     {{{"  for {x} in {xs}:gmatch(\".\") do\n", ""}}},
     1, {"c", "ch", "letter", "sign"}, {"s", "str", "text", "word"}},
    {"", {}, 0, list_items, list_items},
}};
// [/lua_tasks.grammar]

constexpr std::array number_predicates = {even, odd, divisible, positive, above, negative, below};
constexpr std::array range_predicates = {even, odd, divisible, above, below};
constexpr std::array character_predicates = {same, other, vowel, digit, uppercase, lowercase};

constexpr std::array number_maps = {MapKind::identity, MapKind::squared, MapKind::doubled,
                                    MapKind::negated,  MapKind::plus,    MapKind::minus,
                                    MapKind::times,    MapKind::modulo};
constexpr std::array character_maps = {MapKind::identity, MapKind::upper, MapKind::lower,
                                       MapKind::twice};

constexpr std::array list_reductions = {Reduction::sum,     Reduction::product,
                                        Reduction::tally,   Reduction::largest,
                                        Reduction::smallest, Reduction::list};
constexpr std::array range_reductions = {Reduction::sum, Reduction::tally, Reduction::list};
constexpr std::array text_reductions = {Reduction::tally, Reduction::list, Reduction::text,
                                        Reduction::reverse};
constexpr std::array no_reduction = {Reduction::sum};

}  // namespace

const Names function_names = {"g", "help", "convert", "change"};
const Names second_item_names = {"y", "w", "m", "entry"};
const Names second_result_names = {"answer", "final", "other", "ret"};
const Names third_result_names = {"more", "extra", "also", "rest"};

std::size_t count_of(const Forms& forms) {
    return std::size_t(std::count_if(forms.begin(), forms.end(),
                                     [](std::string_view form) { return !form.empty(); }));
}

const Word& word_of(PredicateKind kind) { return predicate_words[std::size_t(kind)]; }
const Word& word_of(MapKind kind) { return map_words[std::size_t(kind)]; }
const SourceWord& word_of(Source source) { return source_words[std::size_t(source)]; }
const ReductionWord& word_of(Reduction kind) { return reduction_words[std::size_t(kind)]; }

std::string fill(std::string_view pattern, std::initializer_list<Binding> bindings) {
    std::string text;
    while (!pattern.empty()) {
        bool bound = false;
        for (const Binding& binding : bindings) {
            if (!pattern.starts_with(binding.placeholder)) continue;
            text += binding.text;
            pattern.remove_prefix(binding.placeholder.size());
            bound = true;
            break;
        }
        if (bound) continue;
        text += pattern.front();
        pattern.remove_prefix(1);
    }
    return text;
}

std::string constant_text(PredicateKind kind, int constant) {
    const bool is_letter = kind == same || kind == other;
    return is_letter ? std::string(1, letters[std::size_t(constant)]) : std::to_string(constant);
}

ItemType item_type(Source source) {
    return source == Source::characters ? ItemType::character : ItemType::number;
}

bool is_list(Source source) { return source <= Source::later; }

std::span<const PredicateKind> predicates_for(Source source) {
    if (source == Source::range) return range_predicates;
    if (source == Source::characters) return character_predicates;
    return number_predicates;
}

std::span<const MapKind> maps_for(Source source) {
    if (source == Source::characters) return character_maps;
    return number_maps;
}

std::span<const Reduction> reductions_for(Source source) {
    if (source == Source::range) return range_reductions;
    if (source == Source::branch) return no_reduction;
    return item_type(source) == ItemType::number ? std::span<const Reduction>(list_reductions)
                                                 : std::span<const Reduction>(text_reductions);
}

bool allows_two_predicates(Source source) { return source != Source::every_second; }

bool joinable(PredicateKind first, PredicateKind second) {
    // Of numbers, 0: remainder, 1: bounded from below, 2: bounded from above; of characters,
    // 0: class, 1: letter
    const auto class_of = [](PredicateKind kind) {
        if (kind > below) return kind >= vowel ? 0 : 1;
        return kind <= divisible ? 0 : kind <= above ? 1 : 2;
    };
    return (first <= below) == (second <= below) && class_of(first) < class_of(second);
}

}  // namespace seed
