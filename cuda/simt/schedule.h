// Who runs next: the threads of a block that may go on, and those that have not started.
//
// Without a seed the order is the plainest one: whoever may go on, first come first served, then
// the next new thread. With a seed every choice is pseudo-random.
#pragma once

#include <array>
#include <cstdint>

namespace simt {

inline constexpr int max_threads_per_block = 1024;
inline constexpr int max_warps_per_block = max_threads_per_block / 32;
inline constexpr int nobody = -1;

class Schedule {
public:
    // Forgets everything; threads 0 ... count - 1 wait to be started.
    void reset(int count, std::uint32_t seed, std::uint32_t block);

    // `thread` may go on.
    void add_ready(int thread) { ready_[(first_ready_ + ready_count_++) % ready_.size()] = thread; }

    // Takes a thread that may run out of the schedule; `nobody` when there is none.
    int next();

    // Now and then, under a seed only: a thread that could go on is to let others go first.
    bool wants_detour() { return random_ != 0 && draw(2) == 0; }

private:
    std::uint32_t draw(std::uint32_t below);
    int next_ready();
    int next_new();

    std::array<int, max_threads_per_block> ready_{};  // a ring
    int first_ready_ = 0;
    int ready_count_ = 0;
    std::array<int, max_threads_per_block> start_order_{};
    int started_ = 0;
    int count_ = 0;
    std::uint32_t random_ = 0;  // 0: no seed
};

// The block that runs as number `position` of `count`: a permutation that depends on the seed.
std::uint64_t block_at(std::uint64_t position, std::uint64_t count, std::uint32_t seed);

}  // namespace simt
