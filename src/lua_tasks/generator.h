// Endless tasks for the model to learn from, and a held-out part that it never sees.
//
// The grammar. A program is a reduction, a source, a filter and a map, in this order here:
//     sum for each item if even and above 3: squared
// Sources: a list (each, each second, each later), the numbers from 1 to n, the characters of a
// string. Filters: none, one predicate, or two joined by "and" or "or", from three classes:
// remainder (even, odd, divisible by 3 ... 9), lower bound (positive, above 1 ... 9), upper bound
// (negative, below 2 ... 9). Maps: the item itself, squared, doubled, negated, plus, minus, times or
// mod a constant. Reductions: sum, product, count, max, min, list. Characters have predicates, maps
// and reductions of their own (vowel, not "e", upper, text). A branch has one argument, a filter
// and two maps:
//     if even and above 3: squared, else plus 2
// Every phrase of a prompt stands for one piece of code, whatever surrounds it, so a model that
// knows the pieces can write compositions it has never seen. How the code is written is free
// (surface.h): a model has to choose, and its tokens have to agree on the choice.
//
// An edit task has a program beside its prompt that does something else: a bug is planted, or one
// piece is another ("if odd"). Its completion keeps the surface of that program. A long program
// has two compositions: a list that is folded, a helper that is used, two results.
//
// The sequence (prompt, completion, one end token) is meant to fit a canvas of canvas_for(family)
// tokens, and so is (prompt, original, one end token), with a byte-level BPE of 640 tokens trained
// on these texts.
#pragma once

#include "core/philox.h"
#include "lua_tasks/surface.h"
#include "lua_tasks/task.h"

#include <cstdint>
#include <functional>

namespace seed {

// Tokens of such a canvas.
constexpr int canvas_for(TaskFamily family) {
    return family == TaskFamily::long_program ? 256 : 96;
}

// Task number `index` of an endless list: a pure function of its arguments, safe to call from
// several threads. Equal arguments, equal task; the two worlds of choices have the same prompts and
// the same hidden tests under the same index.
Task generate_task(TaskFamily family, Choices choices, Split split, RandomKey key,
                   std::uint64_t index);

// Calls visit(program, p(program | prompt)) for every program that task `index` of the generation
// family could have had with its prompt, where the choices are free.
void for_each_program_of_task(Split split, RandomKey key, std::uint64_t index,
                              const std::function<void(const std::string&, double)>& visit);

// The side of the split that a composition is on: one in ten is held out.
Split split_of(std::uint64_t composition);

// The compositions of the generation family, by enumeration. Takes seconds.
struct TaskSpace {
    std::uint64_t compositions = 0;  // that compute different things
    std::uint64_t held_out = 0;      // of these
    double programs = 0;             // distinct texts of one writing of each, choices free
    double nats_per_program = 0;     // H(program | prompt), as the tasks are drawn
};
TaskSpace measure_task_space();

}  // namespace seed
