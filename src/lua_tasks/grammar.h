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

// One row. In phrase and code {x} stands for the item, {c} for the constant, {r} for the result,
// {v} for the mapped item and {xs} for the argument. Constants are low ... high, both included.
struct Word {
    std::string_view phrase, code;
    int low = 0, high = 0;
};

enum class ItemType { number, character };

// The letters that constants of text predicates point into.
inline constexpr std::string_view letters = "aeonrst";

const Word& word_of(PredicateKind kind);
const Word& word_of(MapKind kind);
const Word& word_of(Source source);

// A reduction's synonyms (each is phrase and variable name alike), start value and step.
struct ReductionWord {
    std::array<std::string_view, 2> names;
    std::string_view start, step;
};
const ReductionWord& word_of(Reduction kind);

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
