// The checker: compute-sanitizer's memcheck, initcheck and racecheck for emulated kernels.
//
// Kernel files are compiled with -fsanitize=thread, which makes the compiler put a call before
// every load and store: __tsan_read4(address), __tsan_write8(address) ... The library behind these
// calls is not linked; the emulator has its own (check_tsan.cpp), which brings them here. An access
// must
//   lie in a living device allocation or in a shared array of its block     (memcheck)
//   not read what nobody has written since it was allocated                 (initcheck)
//   be ordered with every other one of the same bytes, unless both read     (racecheck)
// or be one of the program's own: the thread's stack, its arguments, a constant. An error ends the
// launch and names both sides of a race.
//
// What is missed: accesses that the compiler removed, merged or keeps in registers; memcpy and
// memset called by a kernel; writes to the program's static data, and reads of host variables
// there; a race between single bytes of one word once both have been followed by others; any race
// in a path that the inputs do not take. "Last block done" (a fence, then an atomic counter) is
// reported although it is allowed: only barriers, __syncwarp and launches order accesses here.
// Blocks run one after the other, on one worker.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simt/check_race.h"

namespace simt {

// One access by the running thread of a kernel; nothing while the emulator itself is at work.
// `natural` is false for accesses that may lie at any address.
void check_access(const void* address, std::size_t bytes, AccessKind kind, std::uint32_t site,
                  bool natural = true);

// One access by code of the host; see watch_host_access.
void check_host_access(const void* address, std::size_t bytes, const void* code);

// Does a kernel's thread run, and not the emulator or the host?
bool kernel_is_running();

}  // namespace simt
