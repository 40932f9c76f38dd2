// Memory whose addresses are the same in every run, as far as their low 32 bits go. Lua hashes
// tables and functions by these bits, so the order of `pairs` and the border of a list with holes
// hang on them: with ordinary memory a program could pass now and fail the next time.
#pragma once

#include <array>
#include <cstddef>

namespace seed {

class LuaMemory {
public:
    // Blocks of `bytes` in all, and what rounding their sizes wastes. Throws Error when the system
    // has no such range of addresses.
    explicit LuaMemory(std::size_t bytes);
    LuaMemory(const LuaMemory&) = delete;
    LuaMemory& operator=(const LuaMemory&) = delete;
    ~LuaMemory();

    // A block of new_size bytes with the content of the old one, which is gone then. Null, and the
    // old one kept, when there is no room. A null block has size 0, size 0 frees.
    void* resize(void* block, std::size_t old_size, std::size_t new_size);

    void clear();  // frees all blocks: the next ones have the addresses of the first ones

private:
    void* take(std::size_t size);
    void give(void* block, std::size_t size);

    std::size_t reserved_bytes_;
    void* reserved_;
    std::byte* begin_;
    std::byte* unused_;  // from here to the end no block was ever taken
    std::byte* end_;
    std::array<void*, 65> free_ = {};  // [k]: blocks of 2^k bytes, each holding the next one
};

}  // namespace seed
