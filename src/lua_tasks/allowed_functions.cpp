#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include "lua_tasks/sandbox.h"

namespace seed {
namespace {

// The size of the stack's values from `first` on: one each, and their bytes or items.
std::int64_t size_from(lua_State* L, int first) {
    std::int64_t size = 0;
    for (int i = first; i <= lua_gettop(L); ++i) {
        const bool sized = lua_type(L, i) == LUA_TSTRING || lua_type(L, i) == LUA_TTABLE;
        size += 1 + (sized ? std::int64_t(lua_rawlen(L, i)) : 0);
    }
    return size;
}

// Runs the library function kept as first upvalue, in this very frame: its messages then name the
// function and the line as usual.
int call_original(lua_State* L) {
    const int results = lua_tocfunction(L, lua_upvalueindex(1))(L);
    charge(L, size_from(L, lua_gettop(L) - results + 1));
    return results;
}

int pay_by_size(lua_State* L) {
    charge(L, size_from(L, 1));
    return call_original(L);
}

// Sorting n items: n^2 / 2 comparisons at worst. For longer lists Lua looks at the clock.
int pay_for_sort(lua_State* L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    const auto n = std::int64_t(lua_rawlen(L, 1));
    if (n > 100) return luaL_error(L, "expected at most 100 items to sort, got %d", int(n));
    charge(L, n + n * n / 2);
    return call_original(L);
}

// The price of matching m bytes of pattern with q repetitions against n bytes: up to m n^(q+1)
// steps, some 64 of which take the time of an instruction.
std::int64_t pattern_price(lua_State* L) {
    const double n = double(size_from(L, 1));
    std::size_t m = 0;
    const char* pattern = luaL_checklstring(L, 2, &m);
    int repetitions = 0;
    for (std::size_t i = 0; i < m; ++i) {
        const bool escape = pattern[i] == '%' && i + 1 < m;
        if (escape) ++i;
        const char c = pattern[i];
        const std::string_view repeating = escape ? "b123456789" : "*+-?";
        repetitions += repeating.find(c) != repeating.npos;
    }
    const double steps = double(m) * std::pow(n + 1, repetitions + 1);
    return std::int64_t(n + std::min(steps / 64, 1e15));
}

int pay_for_pattern(lua_State* L) {
    charge(L, pattern_price(L));
    return call_original(L);
}

// An iterator as a program gets it: it has the upvalues of the library's, 3 at most, so that this
// runs in its frame; then comes the library's function, then the price of a call.
constexpr int iterator_upvalues = 3;

int pay_for_step(lua_State* L) {
    charge(L, lua_tointeger(L, lua_upvalueindex(iterator_upvalues + 2)));
    return lua_tocfunction(L, lua_upvalueindex(iterator_upvalues + 1))(L);
}

// Runs a function that returns an iterator first, and puts ours in its place. It makes calls of
// the iterator cost something, and it is an object in LuaMemory, which the library's may not be.
int return_iterator(lua_State* L, std::int64_t price) {
    const int results = call_original(L);
    const int iterator = lua_gettop(L) - results + 1;
    for (int i = 1; i <= iterator_upvalues; ++i) {
        if (lua_getupvalue(L, iterator, i) == nullptr) lua_pushnil(L);
    }
    lua_pushcfunction(L, lua_tocfunction(L, iterator));
    lua_pushinteger(L, price);
    lua_pushcclosure(L, pay_for_step, iterator_upvalues + 2);
    lua_replace(L, iterator);
    return results;
}

int pay_for_iterator(lua_State* L) { return return_iterator(L, 1); }

int pay_for_matches(lua_State* L) {
    const std::int64_t price = pattern_price(L);
    charge(L, price);
    return return_iterator(L, price);
}

// tostring, with what is the same in every run of an object's address.
int pay_for_text(lua_State* L) {
    luaL_checkany(L, 1);
    const int type = lua_type(L, 1);
    if (type != LUA_TTABLE && type != LUA_TFUNCTION) return pay_by_size(L);
    const auto address = reinterpret_cast<std::uintptr_t>(lua_topointer(L, 1));
    lua_pushfstring(L, "%s: %d", lua_typename(L, type), int(std::uint32_t(address) / 16));
    return 1;
}

struct Allowed {
    const char* name;
    lua_CFunction wrapper = pay_by_size;
};

constexpr Allowed allowed_basic[] = {{"assert"},
                                     {"error"},
                                     {"ipairs", pay_for_iterator},
                                     {"next"},
                                     {"pairs", pay_for_iterator},
                                     {"select"},
                                     {"tonumber"},
                                     {"tostring", pay_for_text},
                                     {"type"}};
constexpr Allowed allowed_string[] = {{"byte"},
                                      {"char"},
                                      {"find", pay_for_pattern},
                                      {"gmatch", pay_for_matches},
                                      {"len"},
                                      {"lower"},
                                      {"match", pay_for_pattern},
                                      {"reverse"},
                                      {"sub"},
                                      {"upper"}};
constexpr Allowed allowed_table[] = {
    {"concat"}, {"insert"}, {"remove"}, {"sort", pay_for_sort}, {"unpack"}};
constexpr Allowed allowed_math[] = {{"abs"},        {"ceil"}, {"floor"}, {"fmod"},
                                    {"huge"},       {"max"},  {"min"},   {"maxinteger"},
                                    {"mininteger"}, {"sqrt"}, {"type"},  {"tointeger"}};

// library, target -> target: copies the allowed entries, functions in their wrappers.
void copy_allowed(lua_State* L, int library, int target, std::span<const Allowed> names) {
    for (const Allowed& allowed : names) {
        lua_getfield(L, library, allowed.name);
        if (lua_isfunction(L, -1)) lua_pushcclosure(L, allowed.wrapper, 1);
        lua_setfield(L, target, allowed.name);
    }
}

// Opens a standard library, and leaves a new table with its allowed part on the stack.
void push_allowed(lua_State* L, lua_CFunction open, std::span<const Allowed> names) {
    lua_pushcfunction(L, open);
    lua_call(L, 0, 1);
    const int library = lua_gettop(L);
    lua_createtable(L, 0, int(names.size()) + 4);
    copy_allowed(L, library, library + 1, names);
    lua_remove(L, library);
}

}  // namespace

void open_allowed_libraries(lua_State* L) {
    push_allowed(L, luaopen_base, allowed_basic);
    const int globals = lua_gettop(L);

    push_allowed(L, luaopen_math, allowed_math);
    lua_setfield(L, globals, "math");
    push_allowed(L, luaopen_table, allowed_table);
    lua_setfield(L, globals, "table");
    push_allowed(L, luaopen_string, allowed_string);

    // Methods of strings: s:upper() looks up the same table
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 2);
    lua_setfield(L, globals, "string");

    // Replace the table of globals, which luaopen_base has filled with everything
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}

}  // namespace seed
