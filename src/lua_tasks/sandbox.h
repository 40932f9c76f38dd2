// A Lua 5.4 interpreter that cannot harm its host: no files, no processes, no code loading, and a
// meter for instructions and memory. What a program does in it depends on nothing but the program:
// the addresses of its objects and the seed of its hashes are the same in every run.
//
// Lua reports errors with longjmp. Functions that may raise one run under lua_pcall, and own
// nothing with a destructor: the jump would skip it.
#pragma once

#include <lua.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "lua_tasks/lua_memory.h"

namespace seed {

struct JudgeLimits {
    std::int64_t instructions = 20'000;       // of all tests together
    std::size_t memory_bytes = 128 * 1024;    // at any moment, the interpreter's own included
};

// Comparing two strings costs one instruction, whatever their length, so that has to be short.
constexpr std::size_t longest_string = 1000;

// What a program may still use. Every allocation passes it, and every 64th instruction.
struct Meter {
    std::int64_t instructions_left = 0;
    std::size_t bytes_left = 0;
    LuaMemory* memory = nullptr;  // where the memory comes from
    bool out_of_instructions = false;
    bool had_long_string = false;
};

struct CloseState {
    void operator()(lua_State* L) const { lua_close(L); }
};
using Sandbox = std::unique_ptr<lua_State, CloseState>;

// A bare interpreter on the meter, which must outlive it; the only one on it. Null if the memory is
// too small for one.
Sandbox make_sandbox(Meter& meter);

// Defines the allowed functions, and nothing else, as globals. May raise a Lua error.
//
// Library functions take time in proportion to their arguments, unseen by the instruction counter.
// So each pays for the bytes and list items that it reads and returns, a pattern for the steps
// that backtracking could take. string.rep, string.format and gsub are not there, nor pcall,
// metatables and coroutines: a program could outlive its limits with them.
void open_allowed_libraries(lua_State* L);

// Takes `instructions` from the meter; raises a Lua error when there are not enough.
void charge(lua_State* L, std::int64_t instructions);

}  // namespace seed
