// __syncthreads: the last thread to come lets all others go on. A barrier is known by its line of
// the source: two on one line are not told apart.
#include <fmt/format.h>

#include "simt/block_scheduler.h"
#include "simt/check_hooks.h"

namespace simt {

int block_barrier(int predicate, const Location& where) {
    const HostCode host;
    return BlockScheduler::of_this_worker().wait_for_block(predicate, where);
}

// [simt.barrier]
int BlockScheduler::wait_for_block(int predicate, const Location& where) {
    if (at_barrier_ == 0) {
        barrier_ = where;
        predicate_count_ = 0;
    } else if (!same(barrier_, where)) {
        fail(
            fmt::format("divergent barrier: __syncthreads at {}, while {} of the block's threads"
                        " wait in another one at {}",
                        to_string(where), at_barrier_, to_string(barrier_)));
    }
    predicate_count_ += predicate != 0;
    if (++at_barrier_ < thread_count_) {
        wait(ThreadState::at_barrier, where);
        return barrier_result_;
    }
    // The last one has come: all others may go on
    at_barrier_ = 0;
    barrier_result_ = predicate_count_;
    check_barrier();
    for (int i = 0; i < thread_count_; ++i) {
        if (i != running_) wake(i);
    }
    const int result = barrier_result_;
    go_on_or_detour();
    return result;
}
// [/simt.barrier]

}  // namespace simt
