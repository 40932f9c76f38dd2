// Shared memory: a block's own scratch, up to 48 KiB, gone when the block ends.
//
// Each SIMT_SHARED array takes its place in the block's arena when the first thread comes to it,
// and is filled with 0xFF there: a NaN for a float, -1 for an int. What a block leaves behind is
// never seen by the next one, as a GPU gives no promise either.
#pragma once

#include <cstddef>
#include <type_traits>

namespace simt {

// A kernel may have this much, static and dynamic together, without asking.
inline constexpr std::size_t shared_bytes_by_default = 48 * 1024;

// A new number for a shared array of the program.
int next_shared_array();

// The running block's copy of shared array `number`.
void* shared_array(int number, std::size_t bytes, std::size_t alignment);

void* dynamic_shared_memory();

// One function, and so one number, per SIMT_SHARED in the source: Tag is a type of its own.
template <class T, class Tag>
T& shared_variable() {
    static_assert(std::is_trivially_destructible_v<T>, "shared memory holds plain data");
    static const int number = next_shared_array();
    return *static_cast<T*>(shared_array(number, sizeof(T), alignof(T) < 16 ? 16 : alignof(T)));
}

}  // namespace simt

#define SIMT_SHARED(type, name, ...)              \
    using simt_type_of_##name = type __VA_ARGS__; \
    auto& name = ::simt::shared_variable<simt_type_of_##name, decltype([] {})>()

#define SIMT_DYNAMIC_SHARED(type, name) \
    type* const name = static_cast<type*>(::simt::dynamic_shared_memory())
