// The shared memory of the block that runs on this worker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace simt {

// The most that any kernel may ask for: what the smallest of the GPUs this project compiles for
// (compute capability 7.5) has per block. See cudaFuncSetAttribute.
inline constexpr std::size_t shared_bytes_at_most = 64 * 1024;

class Arena {
public:
    Arena();

    // Empties it for a new block, which may use `limit` bytes; the launch has asked for
    // `dynamic_bytes` of them.
    void begin_block(std::size_t limit, std::size_t dynamic_bytes);

    // The array of this number, made and filled with 0xFF when it is asked for the first time in a
    // block; null when the block's limit is reached. Number 0 is the dynamic array.
    void* array(int number, std::size_t bytes, std::size_t alignment);

    bool holds(const void* address) const {
        return address >= memory_.get() && address < memory_.get() + capacity;
    }
    const char* begin() const { return memory_.get(); }
    static constexpr std::size_t capacity_bytes() { return capacity; }
    std::size_t used() const { return used_; }

private:
    struct Array {
        std::uint64_t block = 0;  // the block it was made for
        void* address = nullptr;
    };
    // With AddressSanitizer or the checker a gap follows each array, so that an index beyond its
    // end meets nobody's memory
    static constexpr std::size_t gap_bytes = 128;
    static constexpr std::size_t capacity = shared_bytes_at_most + 64 * 1024;

    struct Free {
        void operator()(char* memory) const;
    };
    std::unique_ptr<char, Free> memory_;
    std::vector<Array> arrays_;
    std::uint64_t block_ = 0;
    std::size_t limit_ = 0;
    std::size_t used_ = 0;    // what the kernel asked for
    std::size_t offset_ = 0;  // with the gaps
};

}  // namespace simt
