// Runs one block: all its threads, on one operating system thread.
//
// A thread is started as a plain function call on a fiber. If it returns, the next thread starts on
// the same fiber: a kernel without barriers is a loop over its threads. If it has to wait, it keeps
// the fiber, and the scheduler switches to another thread that may go on, or starts a new one on a
// fresh fiber. When nobody can go on and not all have returned, the block is stuck: a divergent
// barrier, reported with who waits where.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "core/require.h"
#include "simt/arena.h"
#include "simt/fiber.h"
#include "simt/launch.h"
#include "simt/schedule.h"
#include "simt/warp.h"

namespace simt {

// Says what a thread of a kernel has done wrong; it ends the launch.
struct KernelError : seed::Error {
    using Error::Error;
};

enum class ThreadState : std::uint8_t { can_run, at_barrier, at_warp_operation, returned };

struct Thread {
    Fiber* fiber = nullptr;  // none before it starts
    ThreadState state = ThreadState::can_run;
    uint3 index{};
    Location where;             // of what it waits for
    unsigned mask = 0;          // of the warp operation
    WarpOperation operation{};  // as well
    int source = 0;             // lane to read from
    std::uint64_t value = 0;    // what it brings to the operation
    std::uint64_t result = 0;   // what it takes away
};

// A warp operation that some lanes have come to and others have not yet.
struct Meeting {
    bool open = false;
    WarpOperation operation{};
    unsigned mask = 0;
    unsigned arrived = 0;
    Location where;
};

struct Warp {
    unsigned alive = 0;  // lanes that exist and have not returned
    int can_run = 0;     // lanes that neither wait nor have returned
    int open = 0;        // meetings, of the ones below
    // As many as lanes: each open one has a lane that waits in it, or is being opened by one
    std::array<Meeting, 32> meetings;
};

class BlockScheduler {
public:
    BlockScheduler();
    static BlockScheduler& of_this_worker();

    // Throws seed::Error "block (x, y, z) ...: what went wrong".
    void run(const Launch& launch, std::uint64_t block);

    int wait_for_block(int predicate, const Location& where);
    std::uint64_t meet(WarpOperation operation, unsigned mask, std::uint64_t value, int source,
                       const Location& where);
    unsigned active_lanes(const Location& where);

    // Throws KernelError with the place of the running thread, or of another one.
    [[noreturn]] void fail(const std::string& message) const;
    [[noreturn]] void fail(int thread, const std::string& message) const;

    // Ends the launch from where no exception may pass: the thread stops here for good.
    void set_error(const std::string& message) { error_ = message; }
    [[noreturn]] void abandon_thread();

    Arena& shared_memory() { return arena_; }
    std::size_t shared_limit() const { return launch_->shared_limit; }
    std::size_t dynamic_shared_bytes() const { return launch_->shape.shared_bytes; }
    bool on_a_fiber(const void* address) const;

private:
    // block_scheduler.cpp: threads take turns
    void prepare(const Launch& launch, std::uint64_t block);
    static void fiber_main();
    void run_threads();
    void finish_thread();
    void wait(ThreadState state, const Location& where);
    void wake(int thread);
    void go_on_or_detour();
    void resume(int thread);
    Fiber& free_fiber();
    void discard_fibers();
    std::string describe_stuck_block() const;
    std::string place(int thread) const;

    // warp.cpp: lanes meet
    Meeting& join(WarpOperation operation, unsigned mask, const Location& where);
    void check_mask(const Thread& thread, unsigned alive) const;
    void complete(Meeting& meeting, int warp);
    void lane_returned(int warp);
    void complete_active_masks(int warp);

    const Launch* launch_ = nullptr;
    uint3 block_index_{};
    Schedule schedule_;
    int thread_count_ = 0;
    int returned_ = 0;
    int running_ = 0;
    std::array<Thread, max_threads_per_block> threads_;
    std::array<Warp, max_warps_per_block> warps_;
    Arena arena_;

    // The barrier that threads are waiting in
    int at_barrier_ = 0;
    int predicate_count_ = 0;
    int barrier_result_ = 0;
    Location barrier_;

    Fiber own_stack_;
    Fiber* current_ = &own_stack_;
    std::vector<std::unique_ptr<Fiber>> fibers_;
    std::vector<Fiber*> free_fibers_;
    std::string error_;
};

}  // namespace simt
