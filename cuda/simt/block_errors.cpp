// What a block says when it cannot go on.
#include <fmt/format.h>

#include <cstdlib>

#include "simt/block_scheduler.h"

namespace simt {
namespace {

std::string triple(const uint3& index) {
    return fmt::format("({}, {}, {})", index.x, index.y, index.z);
}

}  // namespace

std::string BlockScheduler::place(int thread) const {
    const std::string block = "block " + triple(block_index_);
    return thread == nobody ? block + ": "
                            : block + " thread " + triple(threads_[thread].index) + ": ";
}

void BlockScheduler::fail(const std::string& message) const { fail(running_, message); }

void BlockScheduler::fail(int thread, const std::string& message) const {
    throw KernelError(place(thread) + message);
}

void BlockScheduler::abandon_thread() {
    resume(nobody);
    std::abort();  // never reached: run() does not resume a failed block
}

// "divergent barrier: 40 threads wait in __syncthreads at FILE:LINE (first: thread (0, 0, 0)), ..."
std::string BlockScheduler::describe_stuck_block() const {
    int counts[4] = {};
    int first[4] = {};
    for (int i = thread_count_ - 1; i >= 0; --i) {
        ++counts[int(threads_[i].state)];
        first[int(threads_[i].state)] = i;
    }
    std::string parts;
    const auto add = [&](ThreadState state, const char* what, const std::string& details) {
        const int count = counts[int(state)];
        if (count == 0) return;
        parts += fmt::format("{}{} {} {}{} (first: thread {})", parts.empty() ? "" : ", ", count,
                             count == 1 ? "thread" : "threads", what, details,
                             triple(threads_[first[int(state)]].index));
    };
    const Thread& at_barrier = threads_[first[int(ThreadState::at_barrier)]];
    const Thread& at_warp = threads_[first[int(ThreadState::at_warp_operation)]];
    add(ThreadState::at_barrier, "in __syncthreads at ", to_string(at_barrier.where));
    add(ThreadState::at_warp_operation, "in ",
        fmt::format("{} with mask 0x{:08x} at {}", name_of(at_warp.operation), at_warp.mask,
                    to_string(at_warp.where)));
    add(ThreadState::returned, "returned", "");
    const bool barrier = counts[int(ThreadState::at_barrier)] > 0;
    return fmt::format("divergent {}: {}", barrier ? "barrier" : "warp operation", parts);
}

}  // namespace simt
