// A task: what the model reads, what it should write, and how that is judged.
#pragma once

#include "lua_tasks/value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seed {

// f(arguments...) must return `expected`. `f` is the global function that a program defines.
struct TaskTest {
    std::vector<Value> arguments;
    Value expected;
};

enum class Split { train, held_out };
enum class TaskFamily {
    generation,    // one composition
    edit,          // a program that does not follow its prompt, to be changed
    long_program,  // several steps
};

TaskFamily family_from(std::string_view name);  // throws Error for another word
std::string_view family_name(TaskFamily family);  // "generation", "edit", "long"

struct Task {
    TaskFamily family = TaskFamily::generation;
    std::string prompt;           // a one-line Lua comment
    std::string original;         // the program to change, of an edit; else empty
    std::string completion;       // the reference program
    std::vector<TaskTest> tests;  // hidden: the model sees neither inputs nor expected values
    std::uint64_t composition = 0;  // stable hash of what the program computes, whatever its form
    // Exactly -log p(completion | prompt) in nats: what no model can stay below on average. 0 where
    // nothing is free: fixed choices, and an edit, which keeps the surface of its original.
    double completion_nats = 0;
};

}  // namespace seed
