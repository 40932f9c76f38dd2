// The calls that -fsanitize=thread puts into kernel files. See check_shadow.h.
#ifdef SIMT_CHECKER

#include "simt/block_scheduler.h"
#include "simt/check_hooks.h"
#include "simt/check_shadow.h"
#include "simt/check_sites.h"

namespace {

inline void enter(const void* address, std::size_t bytes, simt::AccessKind kind, const void* code,
                  bool natural = true) {
    if (!simt::kernel_is_running()) return simt::check_host_access(address, bytes, code);
    // From here on nothing is a kernel's access: the containers used below are templates, and the
    // linker may have kept the instrumented copy of one of their functions
    const simt::HostCode host;
    simt::BlockScheduler& scheduler = simt::BlockScheduler::of_this_worker();
    try {
        simt::check_access(address, bytes, kind, simt::site_of_code(code), natural);
        return;
    } catch (const simt::KernelError& error) {
        scheduler.set_error(error.what());
    }
    // The compiler takes these calls for ones that do not throw
    scheduler.abandon_thread();
}

constexpr auto a_read = simt::AccessKind::read;
constexpr auto a_write = simt::AccessKind::write;

}  // namespace

#define SIMT_CODE __builtin_return_address(0)
#define SIMT_HOOKS(n)                                                                          \
    void __tsan_read##n(void* p) { enter(p, n, a_read, SIMT_CODE); }                           \
    void __tsan_write##n(void* p) { enter(p, n, a_write, SIMT_CODE); }                         \
    void __tsan_volatile_read##n(void* p) { enter(p, n, a_read, SIMT_CODE); }                  \
    void __tsan_volatile_write##n(void* p) { enter(p, n, a_write, SIMT_CODE); }                \
    void __tsan_unaligned_read##n(void* p) { enter(p, n, a_read, SIMT_CODE, false); }          \
    void __tsan_unaligned_write##n(void* p) { enter(p, n, a_write, SIMT_CODE, false); }        \
    void __tsan_unaligned_volatile_read##n(void* p) { enter(p, n, a_read, SIMT_CODE, false); } \
    void __tsan_unaligned_volatile_write##n(void* p) { enter(p, n, a_write, SIMT_CODE, false); }

extern "C" {
SIMT_HOOKS(1)
SIMT_HOOKS(2)
SIMT_HOOKS(4)
SIMT_HOOKS(8)
SIMT_HOOKS(16)
void __tsan_read_range(void* p, unsigned long n) { enter(p, n, a_read, SIMT_CODE, false); }
void __tsan_write_range(void* p, unsigned long n) { enter(p, n, a_write, SIMT_CODE, false); }

// Nothing to learn from these
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_read(void**) {}
void __tsan_vptr_update(void** p, void* value) { *p = value; }

// Atomics of the host code in a kernel file (locks of static variables, shared pointers)
void __tsan_atomic_thread_fence(int) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
void __tsan_atomic_signal_fence(int) {}
}

#define SIMT_STRICT __ATOMIC_SEQ_CST
#define SIMT_UPDATE(bits, T, name)                            \
    T __tsan_atomic##bits##_##name(volatile T* p, T v, int) { \
        return __atomic_##name(p, v, SIMT_STRICT);            \
    }
#define SIMT_COMPARE(bits, T, kind, weak)                                                     \
    int __tsan_atomic##bits##_compare_exchange_##kind(volatile T* p, T* old, T v, int, int) { \
        return __atomic_compare_exchange_n(p, old, v, weak, SIMT_STRICT, SIMT_STRICT);        \
    }
#define SIMT_ATOMICS(bits, T)                                   \
    T __tsan_atomic##bits##_load(const volatile T* p, int) {    \
        return __atomic_load_n(p, SIMT_STRICT);                 \
    }                                                           \
    void __tsan_atomic##bits##_store(volatile T* p, T v, int) { \
        __atomic_store_n(p, v, SIMT_STRICT);                    \
    }                                                           \
    T __tsan_atomic##bits##_exchange(volatile T* p, T v, int) { \
        return __atomic_exchange_n(p, v, SIMT_STRICT);          \
    }                                                           \
    SIMT_UPDATE(bits, T, fetch_add)                             \
    SIMT_UPDATE(bits, T, fetch_sub)                             \
    SIMT_UPDATE(bits, T, fetch_and)                             \
    SIMT_UPDATE(bits, T, fetch_or)                              \
    SIMT_UPDATE(bits, T, fetch_xor)                             \
    SIMT_COMPARE(bits, T, strong, false)                        \
    SIMT_COMPARE(bits, T, weak, true)

extern "C" {
SIMT_ATOMICS(8, unsigned char)
SIMT_ATOMICS(16, unsigned short)
SIMT_ATOMICS(32, unsigned)
SIMT_ATOMICS(64, unsigned long long)
}

#endif
