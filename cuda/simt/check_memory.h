// The shadow: beside every word of device and shared memory, which of its bytes have been written
// and who has touched it last.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simt/check_race.h"

namespace simt {

// Cells that are only touched where the kernel touches memory: pages never used cost nothing.
class Cells {
public:
    explicit Cells(std::size_t words)
        : cells_(static_cast<Cell*>(std::calloc(words == 0 ? 1 : words, sizeof(Cell)))) {
        if (cells_ == nullptr) throw std::bad_alloc();
    }
    Cell& operator[](std::size_t word) { return cells_.get()[word]; }

private:
    struct Free {
        void operator()(Cell* cells) const { std::free(cells); }
    };
    std::unique_ptr<Cell, Free> cells_;
};

// An allocation, or an array in shared memory.
struct Region {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    bool shared = false;
    bool freed = false;
    std::vector<std::uint8_t> written;  // per word, one bit per byte
    Cell* cells = nullptr;              // per word
    std::unique_ptr<Cells> own_cells;   // null for shared arrays: the arena's are theirs

    void set_written(std::uintptr_t address, std::size_t bytes);
    bool is_written(std::uintptr_t address, std::size_t bytes) const;
};

// The bits of word `word` (counted from address 0) that [address, address + bytes) covers.
inline std::uint8_t bytes_in_word(std::uintptr_t address, std::size_t bytes, std::uintptr_t word) {
    const std::uintptr_t first = address > word * 4 ? address - word * 4 : 0;
    const std::uintptr_t last = address + bytes - word * 4;
    return std::uint8_t((1u << (last < 4 ? last : 4)) - (1u << first));
}

class ShadowMemory {
public:
    void add_allocation(const void* address, std::size_t bytes);
    // Keeps the memory for a while; what is kept too long goes back to the system.
    void retire_allocation(void* address);
    void set_all_written();
    void begin_block() { shared_.clear(); }
    void add_shared_array(const void* address, std::size_t bytes);

    // The region that holds the address, freed ones included; null when there is none.
    Region* find(std::uintptr_t address);
    // The living region that ends last before the address.
    const Region* before(std::uintptr_t address, bool shared) const;

private:
    static constexpr std::size_t kept_bytes_at_most = 64 << 20;

    std::map<std::uintptr_t, Region> device_;
    std::vector<std::unique_ptr<Region>> shared_;
    std::deque<void*> retired_;
    std::size_t retired_bytes_ = 0;
    std::unique_ptr<Cells> shared_cells_;
    std::uintptr_t shared_cells_begin_ = 0;
    Region* last_device_ = nullptr;
};

}  // namespace simt
