#include "simt/atomics.h"

#include <atomic>

#include "simt/check_hooks.h"

namespace simt {
namespace {

// Replaces the value by change(old) as one step.
template <class T, class Change>
T replace(T* address, const Location& where, Change change) {
    check_atomic(address, sizeof(T), where);
    const std::atomic_ref<T> value(*address);
    T old = value.load(std::memory_order_relaxed);
    while (!value.compare_exchange_weak(old, change(old), std::memory_order_relaxed)) {
    }
    return old;
}

}  // namespace

template <class T>
T atomic_add(T* address, T value, const Location& where) {
    return replace(address, where, [value](T old) {
        // Whole numbers wrap around on a GPU; in C++ only unsigned ones do
        if constexpr (std::is_same_v<T, int>) return int(unsigned(old) + unsigned(value));
        return T(old + value);
    });
}
template <class T>
T atomic_min(T* address, T value, const Location& where) {
    return replace(address, where, [value](T old) { return value < old ? value : old; });
}
template <class T>
T atomic_max(T* address, T value, const Location& where) {
    return replace(address, where, [value](T old) { return old < value ? value : old; });
}
template <class T>
T atomic_and(T* address, T value, const Location& where) {
    return replace(address, where, [value](T old) { return T(old & value); });
}
template <class T>
T atomic_or(T* address, T value, const Location& where) {
    return replace(address, where, [value](T old) { return T(old | value); });
}
template <class T>
T atomic_xor(T* address, T value, const Location& where) {
    return replace(address, where, [value](T old) { return T(old ^ value); });
}
template <class T>
T atomic_exchange(T* address, T value, const Location& where) {
    return replace(address, where, [value](T) { return value; });
}
template <class T>
T atomic_compare_and_swap(T* address, T expected, T value, const Location& where) {
    return replace(address, where, [=](T old) { return old == expected ? value : old; });
}
unsigned atomic_increment(unsigned* address, unsigned limit, const Location& where) {
    return replace(address, where, [limit](unsigned old) { return old >= limit ? 0 : old + 1; });
}
unsigned atomic_decrement(unsigned* address, unsigned limit, const Location& where) {
    return replace(address, where,
                   [limit](unsigned old) { return old == 0 || old > limit ? limit : old - 1; });
}
void memory_fence() { std::atomic_thread_fence(std::memory_order_seq_cst); }

// The types CUDA has each of them for
#define SIMT_INSTANTIATE(name, type) template type name(type*, type, const Location&);
#define SIMT_INSTANTIATE_INTEGERS(name) \
    SIMT_INSTANTIATE(name, int)         \
    SIMT_INSTANTIATE(name, unsigned)    \
    SIMT_INSTANTIATE(name, unsigned long long)
SIMT_INSTANTIATE_INTEGERS(atomic_add)
SIMT_INSTANTIATE(atomic_add, float)
SIMT_INSTANTIATE(atomic_add, double)
SIMT_INSTANTIATE_INTEGERS(atomic_min)
SIMT_INSTANTIATE(atomic_min, long long)
SIMT_INSTANTIATE_INTEGERS(atomic_max)
SIMT_INSTANTIATE(atomic_max, long long)
SIMT_INSTANTIATE_INTEGERS(atomic_and)
SIMT_INSTANTIATE_INTEGERS(atomic_or)
SIMT_INSTANTIATE_INTEGERS(atomic_xor)
SIMT_INSTANTIATE_INTEGERS(atomic_exchange)
SIMT_INSTANTIATE(atomic_exchange, float)
template int atomic_compare_and_swap(int*, int, int, const Location&);
template unsigned atomic_compare_and_swap(unsigned*, unsigned, unsigned, const Location&);
template unsigned long long atomic_compare_and_swap(unsigned long long*, unsigned long long,
                                                    unsigned long long, const Location&);

}  // namespace simt
