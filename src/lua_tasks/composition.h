// What a program computes, as data: the abstract syntax of the tasks.
//
// A fold runs over the items of a source, keeps those that pass a filter, maps each and reduces
// them to one result. A branch maps its one argument in one of two ways. Every kind is a row of
// the tables in grammar.cpp, with its phrase for the prompt and its code for the program.
#pragma once

#include <cstddef>

namespace seed {

// Where the items come from. The first three read a list, `range` counts from 1 to its argument,
// `characters` reads a string, and `branch` has its argument as only item.
enum class Source { each, every_second, later, range, characters, branch, count };

enum class PredicateKind {
    even, odd, divisible,              // of a number, by remainder
    positive, above,                   // of a number, bounded from below
    negative, below,                   // of a number, bounded from above
    same, other,                       // of a character, compared with a letter
    vowel, digit, uppercase, lowercase,  // of a character, by class
    count
};

enum class MapKind {
    identity,
    squared, doubled, negated, plus, minus, times, modulo,  // of a number
    upper, lower, twice,                                    // of a character
    count
};

enum class Reduction {
    sum, product, tally, largest, smallest, list, text, reverse, count
};

// How many predicates a filter has and how they are joined.
enum class Join { none, one, both, either, count };

struct Predicate {
    PredicateKind kind = PredicateKind::even;
    int constant = 0;  // a number, or the index of a letter; 0 where the kind has none
    bool operator==(const Predicate&) const = default;
};

struct Filter {
    Join join = Join::none;
    Predicate first, second;
    bool operator==(const Filter&) const = default;
};

struct Map {
    MapKind kind = MapKind::identity;
    int constant = 0;
    bool operator==(const Map&) const = default;
};

struct Composition {
    Source source = Source::each;
    Filter filter;
    Map map;
    Map otherwise;                         // a branch's map of an item that the filter rejects
    Reduction reduction = Reduction::sum;  // unused by a branch
    bool operator==(const Composition&) const = default;
};

}  // namespace seed
