// Atomic read-modify-write: the old value is returned, and no other thread gets in between. They do
// not order other memory accesses, as on a GPU.
#pragma once

#include <type_traits>

#include "simt/location.h"

namespace simt {

// Bodies in atomics.cpp, so that the checker sees each as one access and not as its parts.
template <class T>
T atomic_add(T* address, T value, const Location& where);
template <class T>
T atomic_min(T* address, T value, const Location& where);
template <class T>
T atomic_max(T* address, T value, const Location& where);
template <class T>
T atomic_and(T* address, T value, const Location& where);
template <class T>
T atomic_or(T* address, T value, const Location& where);
template <class T>
T atomic_xor(T* address, T value, const Location& where);
template <class T>
T atomic_exchange(T* address, T value, const Location& where);
template <class T>
T atomic_compare_and_swap(T* address, T expected, T value, const Location& where);
unsigned atomic_increment(unsigned* address, unsigned limit, const Location& where);
unsigned atomic_decrement(unsigned* address, unsigned limit, const Location& where);
void memory_fence();

}  // namespace simt

#define SIMT_ATOMIC(cuda_name, name)                                \
    template <class T>                                              \
    T cuda_name(T* address, std::type_identity_t<T> value,          \
                simt::Location where = simt::Location::current()) { \
        return simt::name(address, value, where);                   \
    }
SIMT_ATOMIC(atomicAdd, atomic_add)
SIMT_ATOMIC(atomicMin, atomic_min)
SIMT_ATOMIC(atomicMax, atomic_max)
SIMT_ATOMIC(atomicAnd, atomic_and)
SIMT_ATOMIC(atomicOr, atomic_or)
SIMT_ATOMIC(atomicXor, atomic_xor)
SIMT_ATOMIC(atomicExch, atomic_exchange)
#undef SIMT_ATOMIC

template <class T>
T atomicSub(T* address, std::type_identity_t<T> value,
            simt::Location where = simt::Location::current()) {
    static_assert(std::is_same_v<T, int> || std::is_same_v<T, unsigned>, "as in CUDA");
    return simt::atomic_add(address, T(0u - unsigned(value)), where);
}
template <class T>
T atomicCAS(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value,
            simt::Location where = simt::Location::current()) {
    return simt::atomic_compare_and_swap(address, expected, value, where);
}
// (old >= limit ? 0 : old + 1), and its counterpart downwards
inline unsigned atomicInc(unsigned* address, unsigned limit,
                          simt::Location where = simt::Location::current()) {
    return simt::atomic_increment(address, limit, where);
}
inline unsigned atomicDec(unsigned* address, unsigned limit,
                          simt::Location where = simt::Location::current()) {
    return simt::atomic_decrement(address, limit, where);
}

inline void __threadfence() { simt::memory_fence(); }
inline void __threadfence_block() { simt::memory_fence(); }
