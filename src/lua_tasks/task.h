// A task: what the model reads, what it should write, and how that is judged.
#pragma once

#include "lua_tasks/value.h"

#include <cstdint>
#include <string>
#include <vector>

namespace seed {

// f(arguments...) must return `expected`. `f` is the global function that a program defines.
struct TaskTest {
    std::vector<Value> arguments;
    Value expected;
};

enum class Split { train, held_out };
enum class TaskFamily { generation, edit };

struct Task {
    TaskFamily family = TaskFamily::generation;
    std::string prompt;           // a one-line Lua comment
    std::string original;         // the program to change, of an edit; else empty
    std::string completion;       // the reference program
    std::vector<TaskTest> tests;  // hidden: the model sees neither inputs nor expected values
    std::uint64_t composition = 0;  // stable hash of what the program computes, whatever its form
};

}  // namespace seed
