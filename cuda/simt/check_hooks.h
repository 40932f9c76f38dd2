// What the emulator tells the checker (check_shadow.h). In builds without it these calls vanish.
#pragma once

#include <cstddef>

#include "simt/launch.h"

namespace simt {

#ifdef SIMT_CHECKER
inline constexpr bool checker_built = true;

// While one lives, memory accesses are the emulator's own: the checker looks away.
class HostCode {
public:
    HostCode();
    ~HostCode();
    HostCode(const HostCode&) = delete;
    HostCode& operator=(const HostCode&) = delete;

private:
    bool kernel_was_running_;
};

void check_launch_begins(const Launch& launch);
void check_launch_ends();
void check_block_begins(unsigned block, const void* stack_low);
void check_block_ends();
void check_thread_begins();
void check_thread_ends();
void check_barrier();
void check_syncwarp(int warp, unsigned lanes);
void check_atomic(const void* address, std::size_t bytes, const Location& where);
void check_shared_array(const void* address, std::size_t bytes);
void check_allocated(const void* address, std::size_t bytes);
void check_freed(const void* address);
void check_written_by_host(const void* address, std::size_t bytes);
#else
inline constexpr bool checker_built = false;

struct HostCode {
    HostCode() {}
};
inline void check_launch_begins(const Launch&) {}
inline void check_launch_ends() {}
inline void check_block_begins(unsigned) {}
inline void check_block_ends() {}
inline void check_thread_begins() {}
inline void check_thread_ends() {}
inline void check_barrier() {}
inline void check_syncwarp(int, unsigned) {}
inline void check_atomic(const void*, std::size_t, const Location&) {}
inline void check_shared_array(const void*, std::size_t) {}
inline void check_allocated(const void*, std::size_t) {}
inline void check_freed(const void*) {}
inline void check_written_by_host(const void*, std::size_t) {}
#endif

}  // namespace simt
