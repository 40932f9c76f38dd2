// Barriers and warp operations as the emulator runs them: they meet in block_scheduler.h.
//
// A warp operation is a meeting. Each lane of the mask comes with a value, and with the lane it
// wants to read from; when the last one has come, every lane's result is worked out at once and
// all of them may go on. The rules are CUDA's: the mask must name the caller; all lanes of a mask
// must come to the same operation, on the same line; lanes that have returned, or that the block
// never had, count as absent. A vote or __syncwarp passes absent lanes over; a shuffle or a
// reduction that names one is an error, because it asks for a register that nobody holds.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "simt/location.h"

namespace simt {

enum class WarpOperation : std::uint8_t {
    sync,
    shuffle,
    vote,
    active_mask,
    reduce_add,
    reduce_min,
    reduce_max,
    reduce_min_signed,
    reduce_max_signed,
    reduce_and,
    reduce_or,
    reduce_xor,
};
const char* name_of(WarpOperation operation);

// Number of the running thread within its block, x running fastest.
constinit inline thread_local int running_thread = 0;
inline int lane() { return running_thread & 31; }

// Waits for the whole block; the number of threads that came with a non-zero predicate.
int block_barrier(int predicate, const Location& where);

// Waits for the lanes of `mask` and returns this lane's result.
std::uint64_t warp_operation(WarpOperation operation, unsigned mask, std::uint64_t value,
                             int source, const Location& where);

unsigned active_lanes(const Location& where);

// [simt.shuffle]
template <class T>
T shuffle(unsigned mask, T value, int source, const Location& where) {
    static_assert(sizeof(T) <= 8 && std::is_trivially_copyable_v<T>,
                  "a register or a pair of them");
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    bits = warp_operation(WarpOperation::shuffle, mask, bits, source, where);
    std::memcpy(&value, &bits, sizeof(T));
    return value;
}
// [/simt.shuffle]

template <class T>
T reduce(WarpOperation operation, unsigned mask, T value, const Location& where) {
    return T(unsigned(warp_operation(operation, mask, unsigned(value), 0, where)));
}

}  // namespace simt
