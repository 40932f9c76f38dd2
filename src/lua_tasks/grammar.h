// The words of the task language: per kind its phrase, its code, its constants, and which kinds
// go together.
#pragma once

#include "lua_tasks/composition.h"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seed {

// One row: a phrase of the prompt, and one or two forms of its code. {x} stands for the item, {c}
// for the constant, {r} for the result, {v} for the mapped item and {xs} for the argument. Constants
// are low ... high, both included.
using Forms = std::array<std::string_view, 2>;

struct Word {
    std::string_view phrase;
    Forms code;
    int low = 0, high = 0;
};

std::size_t count_of(const Forms& forms);  // those that are not empty

enum class ItemType { number, character };

// The letters that constants of text predicates point into.
inline constexpr std::string_view letters = "aeonrst";

const Word& word_of(PredicateKind kind);
const Word& word_of(MapKind kind);

// Where a loop starts, with all that comes before its body, and what its body ends with.
struct Loop {
    std::string_view begin, next;
};

using Names = std::array<std::string_view, 4>;

struct SourceWord {
    std::string_view phrase;
    std::array<Loop, 2> loops;  // the first `loop_count`
    std::size_t loop_count;
    Names item, argument;
};
const SourceWord& word_of(Source source);

struct ReductionWord {
    std::string_view phrase, start;
    Forms step;
    Names names;
};
const ReductionWord& word_of(Reduction kind);

// Names of what a long program has beside one fold. No name occurs in two lists of one program.
extern const Names function_names, second_item_names, second_result_names, third_result_names;

// Replaces the placeholders of a row: fill("{x} + {c}", {{"{x}", "n"}, {"{c}", "3"}}).
struct Binding {
    std::string_view placeholder, text;
};
std::string fill(std::string_view pattern, std::initializer_list<Binding> bindings);
std::string constant_text(PredicateKind kind, int constant);  // "7", or a letter

// What may be combined.
ItemType item_type(Source source);
bool is_list(Source source);
std::span<const PredicateKind> predicates_for(Source source);
std::span<const MapKind> maps_for(Source source);
std::span<const Reduction> reductions_for(Source source);

// Not where two would not fit the canvas.
bool allows_two_predicates(Source source);

// True for two predicates of different classes, in this order: remainder, lower bound, upper bound
// of numbers; class, letter of characters. "even and above 3" and "vowel and not "a"" are, "even and
// odd" and "above 3 and above 5" are not.
bool joinable(PredicateKind first, PredicateKind second);

}  // namespace seed
