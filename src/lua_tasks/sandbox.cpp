#include "lua_tasks/sandbox.h"

// Lua draws the seed of its hashes from the time and from addresses, with a call of luaS_hash. The
// linker puts this in its place (--wrap, see CMakeLists.txt); strings are hashed by the original.
extern "C" unsigned int __wrap_luaS_hash() { return 0x5eed; }

namespace seed {
namespace {

constexpr int instructions_per_hook = 64;
constexpr int instructions_per_collection = 32;  // of garbage: Lua's answer to a refusal

bool is_refused(Meter& meter, std::size_t old_size, std::size_t new_size, bool is_new_string) {
    constexpr std::size_t header = 32;
    if (is_new_string && new_size > header + longest_string) {
        meter.had_long_string = true;
        return true;
    }
    return new_size > old_size && new_size - old_size > meter.bytes_left;
}

// The allocator of the state: refuses what would exceed a limit. Lua then collects its garbage and
// tries once more, and raises LUA_ERRMEM if that does not help.
void* allocate(void* meter_pointer, void* block, std::size_t old_size, std::size_t new_size) {
    Meter& meter = *static_cast<Meter*>(meter_pointer);
    const bool is_new_string = block == nullptr && old_size == LUA_TSTRING;
    if (block == nullptr) old_size = 0;  // Lua passes the kind of object here
    if (is_refused(meter, old_size, new_size, is_new_string)) {
        meter.instructions_left -= instructions_per_collection;
        return nullptr;
    }
    void* moved = meter.memory->resize(block, old_size, new_size);
    if (moved != nullptr || new_size == 0) meter.bytes_left += old_size - new_size;
    return moved;
}

Meter& meter_of(lua_State* L) {
    void* meter = nullptr;
    lua_getallocf(L, &meter);
    return *static_cast<Meter*>(meter);
}

void count_hook(lua_State* L, lua_Debug*) { charge(L, instructions_per_hook); }

}  // namespace

Sandbox make_sandbox(Meter& meter) {
    meter.memory->clear();
    Sandbox state(lua_newstate(allocate, &meter));
    if (state) lua_sethook(state.get(), count_hook, LUA_MASKCOUNT, instructions_per_hook);
    return state;
}

void charge(lua_State* L, std::int64_t instructions) {
    Meter& meter = meter_of(L);
    meter.instructions_left -= instructions;
    if (meter.instructions_left >= 0) return;
    meter.out_of_instructions = true;
    luaL_error(L, "expected the program to end within its instruction limit");
}

}  // namespace seed
