#include "lua_tasks/lua_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "core/require.h"

namespace seed {
namespace {

constexpr std::size_t address_span = std::size_t{1} << 32;  // a multiple has zeros as low bits
constexpr std::size_t page = 4096;

// Sizes are rounded up to 2^k, 16 at least: k.
std::size_t class_of(std::size_t size) {
    return std::size_t(std::bit_width(std::max<std::size_t>(size, 16) - 1));
}

// Enough for any sequence of blocks that never holds more than `bytes` at once. Freed blocks serve
// their own class only, so each class may come to hold twice `bytes`, by rounding.
std::size_t capacity_for(std::size_t bytes) {
    const std::size_t classes = std::size_t(std::bit_width(bytes)) + 1;
    require(bytes <= address_span / (2 * classes), "memory: expected fewer bytes, got {}", bytes);
    return (2 * bytes * classes + page) / page * page;
}

}  // namespace

LuaMemory::LuaMemory(std::size_t bytes) {
    const std::size_t capacity = capacity_for(bytes);
    reserved_bytes_ = address_span + capacity;
    reserved_ = ::mmap(nullptr, reserved_bytes_, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    require(reserved_ != MAP_FAILED, "expected 4 GiB of addresses for an interpreter, got none");
    const auto gap = -reinterpret_cast<std::uintptr_t>(reserved_) % address_span;
    begin_ = static_cast<std::byte*>(reserved_) + gap;
    end_ = begin_ + capacity;
    clear();
    if (::mprotect(begin_, capacity, PROT_READ | PROT_WRITE) == 0) return;
    ::munmap(reserved_, reserved_bytes_);
    fail("expected {} bytes for an interpreter, got none", capacity);
}

LuaMemory::~LuaMemory() { ::munmap(reserved_, reserved_bytes_); }

void LuaMemory::clear() {
    unused_ = begin_;
    free_.fill(nullptr);
}

void* LuaMemory::resize(void* block, std::size_t old_size, std::size_t new_size) {
    const bool fits = block != nullptr && new_size > 0 && class_of(old_size) == class_of(new_size);
    if (fits) return block;
    void* moved = new_size > 0 ? take(new_size) : nullptr;
    if (new_size > 0 && moved == nullptr) return nullptr;
    if (block != nullptr) {
        if (moved != nullptr) std::memcpy(moved, block, std::min(old_size, new_size));
        give(block, old_size);
    }
    return moved;
}

void* LuaMemory::take(std::size_t size) {
    const std::size_t k = class_of(size);
    if (void* block = free_[k]) {
        std::memcpy(&free_[k], block, sizeof(void*));
        return block;
    }
    const std::size_t rounded = std::size_t{1} << k;
    if (rounded > std::size_t(end_ - unused_)) return nullptr;
    unused_ += rounded;
    return unused_ - rounded;
}

void LuaMemory::give(void* block, std::size_t size) {
    const std::size_t k = class_of(size);
    std::memcpy(block, &free_[k], sizeof(void*));
    free_[k] = block;
}

}  // namespace seed
