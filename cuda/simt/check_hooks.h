// What the emulator tells the checker (check_shadow.h). In builds without it these calls vanish.
#pragma once

#include <cstddef>
#include <string>

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
void check_block_begins(unsigned block);
void check_block_ends();
void check_thread_begins();
void check_thread_ends();
void check_barrier();
void check_syncwarp(int warp, unsigned lanes);
void check_atomic(const void* address, std::size_t bytes, const Location& where);
void check_shared_array(const void* address, std::size_t bytes);
void check_allocated(const void* address, std::size_t bytes);
// Does the checker keep the memory, so that later accesses to it are told apart from others?
bool check_freed(void* address);
void check_written_by_host(const void* address, std::size_t bytes);
void check_copied(const void* to, const void* from, std::size_t bytes);
bool check_all_written(const void* address, std::size_t bytes);
// All of the device's memory: by another process, say, which nobody here has watched.
void check_written_elsewhere();
// From now on, what the host code of a kernel file does to the device's memory is remembered, where
// it does not ask the runtime to do it: on a GPU the two have no memory in common.
void watch_host_access();
// The first such access; "" where there was none.
std::string host_access();
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
inline bool check_freed(void*) { return false; }
inline void check_written_by_host(const void*, std::size_t) {}
inline void check_copied(const void*, const void*, std::size_t) {}
inline bool check_all_written(const void*, std::size_t) { return true; }
inline void check_written_elsewhere() {}
inline void watch_host_access() {}
inline std::string host_access() { return ""; }
#endif

}  // namespace simt
