// The race checker's idea of "before": which earlier accesses the running thread is ordered after.
//
// Launches follow each other, so an access of an earlier launch is always before. Within a launch:
//   other block   never ordered (nothing but the launch's end orders blocks)
//   same block    __syncthreads cuts the time of a block into segments; an earlier segment is
//                 before
//   same segment  only within a warp: each lane keeps, for each lane of its warp, the latest moment
//                 that it is ordered after (a vector clock, C. Fidge 1988, F. Mattern 1989);
//                 __syncwarp gives all lanes of its mask the latest moments any of them knew
// Shuffles, votes and atomics order nothing, as in CUDA.
//
// A barrier is known by its file and line. Threads that wait in two different ones are reported
// (barrier.cpp), but not where both stand on one line, as in a macro: then the checker takes them
// for one barrier, and what it orders for ordered.
//
// Each 4-byte word remembers its last write, and two reads and two atomics of different threads.
// Two are enough for barriers and full __syncwarps: among the accesses that might race with a later
// one, those that stay are of another block, else of another warp, else of another lane.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "simt/schedule.h"

namespace simt {

enum class AccessKind : std::uint8_t { read, write, atomic };

struct Access {
    std::uint32_t segment = 0;  // counts through all blocks and launches; 0: no access yet
    std::uint32_t clock = 0;    // the lane's own moment within the segment
    std::uint32_t site = 0;     // where in the source (check_sites.h)
    std::uint16_t thread = 0;
    std::uint8_t bytes = 0;  // one bit for each byte of the word
};

struct Cell {
    Access write;
    std::array<Access, 2> reads;
    std::array<Access, 2> atomics;
};

struct Race {
    Access other;
    AccessKind other_kind;
};

class Order {
public:
    void begin_launch();
    void begin_block(std::uint32_t block, int threads);
    void barrier() { ++segment_; }
    void syncwarp(int warp, unsigned lanes);

    Access access(int thread, std::uint32_t site, std::uint8_t bytes) const {
        return {segment_, clocks_[thread][thread % 32], site, std::uint16_t(thread), bytes};
    }

    // Enters an access and says whether it races with a remembered one. Shared memory begins anew
    // with each block: what other blocks did to their own copies does not count.
    bool enter(Cell& cell, const Access& access, AccessKind kind, bool shared, Race& race) const;

    // The block that made an access of this launch.
    std::uint32_t block_of(const Access& access) const;

private:
    bool this_launch(const Access& a) const { return a.segment >= launch_begin_; }
    bool this_block(const Access& a) const { return a.segment >= block_begin_; }
    bool is_before(const Access& earlier, const Access& later, bool shared) const;
    int rank(const Access& kept, const Access& newcomer, bool shared) const;
    void remember(std::array<Access, 2>& kept, const Access& access, bool shared) const;

    struct BlockBegin {
        std::uint32_t segment;
        std::uint32_t block;
    };
    std::uint32_t segment_ = 1;
    std::uint32_t launch_begin_ = 1;
    std::uint32_t block_begin_ = 1;
    std::vector<BlockBegin> blocks_;  // of this launch, in the order they ran
    std::array<std::array<std::uint32_t, 32>, max_threads_per_block> clocks_{};
};

}  // namespace simt
