#include "simt/arena.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "simt/block_scheduler.h"
#include "simt/check_hooks.h"
#include "simt/shared_memory.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
#endif

namespace simt {
namespace {

constexpr std::size_t alignment_of_arena = 256;
constexpr int dynamic_array = 0;

std::size_t round_up(std::size_t value, std::size_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

}  // namespace

Arena::Arena() : memory_(static_cast<char*>(std::aligned_alloc(alignment_of_arena, capacity))) {
    if (memory_ == nullptr) throw std::bad_alloc();
}

void Arena::Free::operator()(char* memory) const {
    ASAN_UNPOISON_MEMORY_REGION(memory, capacity);
    std::free(memory);
}

void Arena::begin_block(std::size_t limit, std::size_t dynamic_bytes) {
    ++block_;
    limit_ = limit;
    used_ = dynamic_bytes;
    offset_ = 0;
    ASAN_POISON_MEMORY_REGION(memory_.get(), capacity);
}

void* Arena::array(int number, std::size_t bytes, std::size_t alignment) {
    if (std::size_t(number) >= arrays_.size()) arrays_.resize(std::size_t(number) + 1);
    Array& array = arrays_[std::size_t(number)];
    if (array.block == block_) return array.address;
    if (number != dynamic_array) used_ = round_up(used_, alignment) + bytes;
    offset_ = round_up(offset_, alignment);
    if (used_ > limit_ || offset_ + bytes + gap_bytes > capacity) return nullptr;
    array = {block_, memory_.get() + offset_};
    ASAN_UNPOISON_MEMORY_REGION(array.address, bytes);
    std::memset(array.address, 0xFF, bytes);
    check_shared_array(array.address, bytes);
    offset_ += round_up(bytes, 16) + gap_bytes;
    return array.address;
}

int next_shared_array() {
    static std::atomic<int> numbers{dynamic_array + 1};
    return numbers++;
}

void* shared_array(int number, std::size_t bytes, std::size_t alignment) {
    const HostCode host;
    BlockScheduler& scheduler = BlockScheduler::of_this_worker();
    if (void* address = scheduler.shared_memory().array(number, bytes, alignment)) return address;
    scheduler.fail(
        fmt::format("shared memory: {} bytes, static and dynamic together, are more than"
                    " {} bytes (48 KiB, or what cudaFuncSetAttribute asked for)",
                    scheduler.shared_memory().used(), scheduler.shared_limit()));
}

void* dynamic_shared_memory() {
    return shared_array(dynamic_array, BlockScheduler::of_this_worker().dynamic_shared_bytes(),
                        128);
}

}  // namespace simt
