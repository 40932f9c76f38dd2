// Values on their way into and out of an interpreter.
#pragma once

#include "lua_tasks/value.h"

#include <lua.hpp>

#include <string>

namespace seed {

// Pushes the value. May raise a Lua error (memory): call it in protected mode only.
void push_value(lua_State* L, const Value& value);

// The other two raise no Lua error and run no Lua code.

// Is the value at the index equal to `expected`? Numbers as in Lua (3.0 is 3), lists item by item.
bool equals_value(lua_State* L, int index, const Value& expected);

// The value at the index in a few words, for messages: 3.5, "abc", {1, 2, ...}, a function.
std::string describe_value(lua_State* L, int index);

}  // namespace seed
