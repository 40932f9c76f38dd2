#include "lua_tasks/sandbox.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <span>
#include <string_view>

namespace seed {
namespace {

// The allocator of the state: refuses what would exceed the memory limit. Lua then collects its
// garbage and tries once more, and raises LUA_ERRMEM if that does not help.
void* allocate(void* meter_pointer, void* block, std::size_t old_size, std::size_t new_size) {
    Meter& meter = *static_cast<Meter*>(meter_pointer);
    if (block == nullptr) old_size = 0;  // Lua passes the kind of object here
    if (new_size == 0) {
        std::free(block);
        meter.bytes_left += old_size;
        return nullptr;
    }
    if (new_size > old_size && new_size - old_size > meter.bytes_left) return nullptr;
    void* moved = std::realloc(block, new_size);
    if (moved != nullptr) meter.bytes_left = meter.bytes_left + old_size - new_size;
    return moved;
}

Meter& meter_of(lua_State* L) {
    void* meter = nullptr;
    lua_getallocf(L, &meter);
    return *static_cast<Meter*>(meter);
}

constexpr int instructions_per_hook = 64;

void count_hook(lua_State* L, lua_Debug*) { charge(L, instructions_per_hook); }

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

// Sorting n items: about n log2(n) comparisons.
int pay_for_sort(lua_State* L) {
    charge(L, 16 * size_from(L, 1));
    return call_original(L);
}

// Matching m bytes of pattern with q repetitions against n bytes: up to m n^(q+1) steps, some 64
// of which take the time of an instruction.
int pay_for_pattern(lua_State* L) {
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
    charge(L, std::int64_t(n + std::min(steps / 64, 1e15)));
    return call_original(L);
}

struct Allowed {
    const char* name;
    lua_CFunction wrapper = pay_by_size;
};

constexpr Allowed allowed_basic[] = {{"assert"}, {"error"},    {"ipairs"},   {"next"}, {"pairs"},
                                     {"select"}, {"tonumber"}, {"tostring"}, {"type"}};
constexpr Allowed allowed_string[] = {{"byte"},
                                      {"char"},
                                      {"find", pay_for_pattern},
                                      {"gmatch", pay_for_pattern},
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

Sandbox make_sandbox(Meter& meter) {
    Sandbox state(lua_newstate(allocate, &meter));
    if (state) lua_sethook(state.get(), count_hook, LUA_MASKCOUNT, instructions_per_hook);
    return state;
}

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

void charge(lua_State* L, std::int64_t instructions) {
    Meter& meter = meter_of(L);
    meter.instructions_left -= instructions;
    if (meter.instructions_left >= 0) return;
    meter.out_of_instructions = true;
    luaL_error(L, "expected the program to end within its instruction limit");
}

}  // namespace seed
