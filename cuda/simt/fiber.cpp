#include "simt/fiber.h"

#include <sys/mman.h>

#include <new>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace simt {
namespace {

namespace context = boost::context::detail;

constexpr std::size_t stack_bytes = 256 * 1024;
constexpr std::size_t guard_bytes = 4096;  // touching it ends the program at once

// The fiber that is being started; it learns its entry from here.
thread_local Fiber* starting = nullptr;

}  // namespace

Fiber::Fiber(void (*entry)()) : entry_(entry) {
    void* memory = mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    mapping_ = static_cast<char*>(memory);
    mprotect(mapping_, guard_bytes, PROT_NONE);
    low_ = mapping_ + guard_bytes;
    bytes_ = stack_bytes - guard_bytes;
    restart();
}

Fiber::~Fiber() {
    if (mapping_ == nullptr) return;
#ifdef __SANITIZE_ADDRESS__
    __asan_unpoison_memory_region(low_, bytes_);
#endif
    munmap(mapping_, stack_bytes);
}

void Fiber::restart() {
#ifdef __SANITIZE_ADDRESS__
    __asan_unpoison_memory_region(low_, bytes_);
#endif
    // Equal offsets of all stacks would share a few sets of the cache
    const std::size_t shift = reinterpret_cast<std::size_t>(mapping_) / stack_bytes % 16 * 192;
    context_ = context::make_fcontext(mapping_ + stack_bytes - shift, bytes_ - shift, start);
}

void Fiber::switch_to(Fiber& from, Fiber& to) {
    starting = &to;
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(&from.fake_stack_, to.low_, to.bytes_);
#endif
    const context::transfer_t transfer = context::jump_fcontext(to.context_, &from);
    arrive(transfer, from.fake_stack_);
}

// Notes where the fiber that switched here has stopped.
void Fiber::arrive(context::transfer_t transfer, [[maybe_unused]] void* own_fake_stack) {
    Fiber& left = *static_cast<Fiber*>(transfer.data);
    left.context_ = transfer.fctx;
#ifdef __SANITIZE_ADDRESS__
    const void* low = nullptr;
    std::size_t bytes = 0;
    __sanitizer_finish_switch_fiber(own_fake_stack, &low, &bytes);
    if (left.low_ == nullptr) {
        left.low_ = low;
        left.bytes_ = bytes;
    }
#endif
}

void Fiber::start(context::transfer_t transfer) {
    Fiber& self = *starting;
    arrive(transfer, nullptr);
    self.entry_();
}

}  // namespace simt
