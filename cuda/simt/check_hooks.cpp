// What the emulator tells the checker, passed on.
#ifdef SIMT_CHECKER

#include "simt/check_hooks.h"

#include "simt/check_requests.h"
#include "simt/check_shadow.h"
#include "simt/check_sites.h"
#include "simt/checker.h"
#include "simt/memory.h"

namespace simt {
namespace {

thread_local bool kernel_running = false;
bool host_watched = false, launch_running = false;
std::string first_host_access;

}  // namespace

Checker& checker() {
    static Checker* const lives_until_exit = new Checker;
    return *lives_until_exit;
}

bool kernel_is_running() { return kernel_running; }

HostCode::HostCode() : kernel_was_running_(kernel_running) { kernel_running = false; }
HostCode::~HostCode() { kernel_running = kernel_was_running_; }

void check_thread_begins() { kernel_running = true; }
void check_thread_ends() { kernel_running = false; }

void check_launch_begins(const Launch& launch) {
    checker().launch = &launch;
    checker().order.begin_launch();
    launch_running = true;
}
void check_launch_ends() { launch_running = false; }
void check_block_begins(unsigned block) {
    const dim3 size = checker().launch->shape.block;
    checker().memory.begin_block();
    checker().order.begin_block(block, int(size.x * size.y * size.z));
}
void check_block_ends() { flush_counts(*checker().launch); }
void check_barrier() {
    checker().order.barrier();
    flush_counts(*checker().launch);
}
void check_syncwarp(int warp, unsigned lanes) { checker().order.syncwarp(warp, lanes); }

void check_atomic(const void* address, std::size_t bytes, const Location& where) {
    if (!kernel_running) return;
    const HostCode host;
    check_access(address, bytes, AccessKind::atomic, site_of(where));
}

void check_shared_array(const void* address, std::size_t bytes) {
    checker().memory.add_shared_array(address, bytes);
}
void check_allocated(const void* address, std::size_t bytes) {
    checker().memory.add_allocation(address, bytes);
}
bool check_freed(void* address) {
    checker().memory.retire_allocation(address);
    return true;
}
void check_written_by_host(const void* address, std::size_t bytes) {
    Region* region = checker().memory.find(std::uintptr_t(address));
    if (region != nullptr) region->set_written(std::uintptr_t(address), bytes);
}
void check_copied(const void* to, const void* from, std::size_t bytes) {
    Region* target = checker().memory.find(std::uintptr_t(to));
    const Region* source = checker().memory.find(std::uintptr_t(from));
    if (target == nullptr || source == nullptr) return;
    for (std::size_t i = 0; i < bytes; ++i) {
        if (source->is_written(std::uintptr_t(from) + i, 1)) {
            target->set_written(std::uintptr_t(to) + i, 1);
        }
    }
}
bool check_all_written(const void* address, std::size_t bytes) {
    const Region* region = checker().memory.find(std::uintptr_t(address));
    return region == nullptr || region->is_written(std::uintptr_t(address), bytes);
}
void watch_host_access() { host_watched = true; }
std::string host_access() { return first_host_access; }
void check_host_access(const void* address, std::size_t bytes, const void* code) {
    if (!host_watched || launch_running || !first_host_access.empty()) return;
    if (!touches_device(address, bytes)) return;
    first_host_access = fmt::format(
        "{}: code of the host uses the device's memory: on a GPU it "
        "cannot; a kernel must do that",
        describe_site(site_of_code(code)));
}
void check_written_elsewhere() { checker().memory.set_all_written(); }

}  // namespace simt

#endif
