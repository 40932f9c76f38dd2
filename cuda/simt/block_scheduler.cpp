#include "simt/block_scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "core/require.h"
#include "simt/check_hooks.h"
#include "simt/device_api.h"

namespace simt {

BlockScheduler::BlockScheduler() = default;

BlockScheduler& BlockScheduler::of_this_worker() {
    thread_local std::unique_ptr<BlockScheduler> scheduler = std::make_unique<BlockScheduler>();
    return *scheduler;
}

// [simt.run_block]
void BlockScheduler::run(const Launch& launch, std::uint64_t block) {
    prepare(launch, block);
    check_block_begins(unsigned(block));
    // Start the first thread; control comes back here when nobody can run any more
    resume(schedule_.next());
    check_block_ends();
    if (error_.empty() && returned_ != thread_count_) {
        error_ = place(nobody) + describe_stuck_block();
    }
    if (error_.empty()) return;
    discard_fibers();
    throw seed::Error(error_);
}

// Runs threads one after the other on the same fiber, as long as none of them waits.
void BlockScheduler::run_threads() {
    for (;;) {
        check_thread_begins();
        launch_->run_thread(launch_->call);
        check_thread_ends();
        finish_thread();
        const int next = schedule_.next();
        if (next != nobody && threads_[next].fiber == nullptr) {
            threads_[next].fiber = current_;
            running_ = next;
            running_thread = next;
            threadIdx = threads_[next].index;
            continue;
        }
        free_fibers_.push_back(current_);
        resume(next);
    }
}
// [/simt.run_block]

void BlockScheduler::prepare(const Launch& launch, std::uint64_t block) {
    const dim3 grid = launch.shape.grid;
    const dim3 size = launch.shape.block;
    launch_ = &launch;
    thread_count_ = int(size.x * size.y * size.z);
    block_index_ = {unsigned(block % grid.x), unsigned(block / grid.x % grid.y),
                    unsigned(block / grid.x / grid.y)};
    blockIdx = block_index_;
    blockDim = size;
    gridDim = grid;
    returned_ = at_barrier_ = predicate_count_ = 0;
    error_.clear();
    schedule_.reset(thread_count_, schedule_seed(), std::uint32_t(block));
    uint3 index{0, 0, 0};
    for (int i = 0; i < thread_count_; ++i) {
        threads_[i].fiber = nullptr;
        threads_[i].state = ThreadState::can_run;
        threads_[i].index = index;
        if (++index.x == size.x) index = {0, index.y + 1, index.z};
        if (index.y == size.y) index = {0, 0, index.z + 1};
    }
    for (int first = 0; first < thread_count_; first += 32) {
        Warp& warp = warps_[first / 32];
        warp.can_run = std::min(32, thread_count_ - first);
        warp.alive = unsigned((std::uint64_t(1) << warp.can_run) - 1);
        if (warp.open == 0) continue;
        warp.open = 0;  // the block before ended in an error
        for (Meeting& meeting : warp.meetings) meeting.open = false;
    }
    arena_.begin_block(launch.shared_limit, launch.shape.shared_bytes);
}

void BlockScheduler::fiber_main() {
    BlockScheduler& scheduler = of_this_worker();
    try {
        scheduler.run_threads();
    } catch (const KernelError& error) {
        check_thread_ends();
        scheduler.error_ = error.what();
    } catch (const std::exception& error) {
        check_thread_ends();
        scheduler.error_ =
            scheduler.place(scheduler.running_) + "an exception left the kernel: " + error.what();
    }
    scheduler.resume(nobody);
}

void BlockScheduler::finish_thread() {
    Thread& thread = threads_[running_];
    thread.state = ThreadState::returned;
    ++returned_;
    Warp& warp = warps_[running_ / 32];
    warp.alive &= ~(1u << running_ % 32);
    --warp.can_run;
    if (warp.open != 0) lane_returned(running_ / 32);
}

// The running thread stops until somebody wakes it.
void BlockScheduler::wait(ThreadState state, const Location& where) {
    Thread& thread = threads_[running_];
    thread.state = state;
    thread.where = where;
    Warp& warp = warps_[running_ / 32];
    if (--warp.can_run == 0 && warp.open != 0) complete_active_masks(running_ / 32);
    const int self = running_;
    const int next = schedule_.next();
    if (next != self) resume(next);
}

void BlockScheduler::wake(int thread) {
    threads_[thread].state = ThreadState::can_run;
    ++warps_[thread / 32].can_run;
    schedule_.add_ready(thread);
}

void BlockScheduler::go_on_or_detour() {
    if (!schedule_.wants_detour()) return;
    const int self = running_;
    schedule_.add_ready(self);
    const int next = schedule_.next();
    if (next != self) resume(next);
}

// Switches to `thread`, or back to run() when there is none.
void BlockScheduler::resume(int thread) {
    Fiber& from = *current_;
    Fiber* to = &own_stack_;
    if (thread != nobody) {
        Thread& next = threads_[thread];
        if (next.fiber == nullptr) next.fiber = &free_fiber();
        to = next.fiber;
        running_ = thread;
        running_thread = thread;
        threadIdx = next.index;
    }
    current_ = to;
    if (to != &from) Fiber::switch_to(from, *to);
}

Fiber& BlockScheduler::free_fiber() {
    if (free_fibers_.empty()) {
        fibers_.push_back(std::make_unique<Fiber>(&BlockScheduler::fiber_main));
        return *fibers_.back();
    }
    Fiber* fiber = free_fibers_.back();
    free_fibers_.pop_back();
    return *fiber;
}

// After an error: threads stopped in the middle never go on, their fibers start anew.
void BlockScheduler::discard_fibers() {
    free_fibers_.clear();
    for (const std::unique_ptr<Fiber>& fiber : fibers_) {
        fiber->restart();
        free_fibers_.push_back(fiber.get());
    }
}

bool BlockScheduler::on_a_fiber(const void* address) const { return current_->holds(address); }

}  // namespace simt
