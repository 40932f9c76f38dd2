// Is a program right? Runs it in a sandbox on the hidden tests of its task.
#pragma once

#include "lua_tasks/sandbox.h"
#include "lua_tasks/task.h"

#include <span>
#include <string>
#include <string_view>

namespace seed {

enum class Verdict {
    passed, wrong_answer, syntax_error, runtime_error, instruction_limit, memory_limit
};
std::string_view verdict_name(Verdict verdict);  // "passed", "wrong answer", ...

struct Judgement {
    Verdict verdict = Verdict::passed;
    std::string message;  // one printable line; empty for a program that passed
};

// Loads the program, calls its global function f with the arguments of each test and compares the
// first result, until a test fails. Never throws for what the program does. Thread-safe. The
// judgement depends on the arguments alone: the same program gets the same one in every run.
//
// Results must be equal as in Lua: exactly, in value and type, 3.0 passing for 3 but "3" not. A
// list must have the expected items at 1 ... n and no other key.
//
// Every test runs in an interpreter of its own, so no test can see or disturb another; expected
// values never enter one. The instruction limit spans all tests, the memory limit holds for each.
// Text only: bytecode is a syntax error. Loading costs an instruction per byte.
Judgement judge(std::string_view program, std::span<const TaskTest> tests,
                const JudgeLimits& limits = {});

// The share of tasks whose program passes: programs[i] answers tasks[i].
// Throws Error if there are none or if their numbers differ.
double pass_at_1(std::span<const std::string> programs, std::span<const Task> tasks,
                 const JudgeLimits& limits = {});

}  // namespace seed
