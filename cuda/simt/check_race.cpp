#include "simt/check_race.h"

#include <algorithm>
#include <bit>

namespace simt {

void Order::begin_launch() {
    launch_begin_ = ++segment_;
    blocks_.clear();
}

void Order::begin_block(std::uint32_t block, int threads) {
    block_begin_ = ++segment_;
    blocks_.push_back({segment_, block});
    for (int thread = 0; thread < threads; ++thread) {
        clocks_[thread].fill(0);
        clocks_[thread][thread % 32] = 1;
    }
}

// [simt.syncwarp]
void Order::syncwarp(int warp, unsigned lanes) {
    std::array<std::uint32_t, 32> latest{};
    for (unsigned rest = lanes; rest != 0; rest &= rest - 1) {
        const auto& known = clocks_[warp * 32 + std::countr_zero(rest)];
        for (int i = 0; i < 32; ++i) latest[i] = std::max(latest[i], known[i]);
    }
    for (unsigned rest = lanes; rest != 0; rest &= rest - 1) {
        const int lane = std::countr_zero(rest);
        clocks_[warp * 32 + lane] = latest;
        ++clocks_[warp * 32 + lane][lane];
    }
}

// [simt.before]
bool Order::is_before(const Access& earlier, const Access& later, bool shared) const {
    if (!this_launch(earlier)) return true;
    if (!this_block(earlier)) return shared;
    if (earlier.segment < segment_ || earlier.thread == later.thread) return true;
    if (earlier.thread / 32 != later.thread / 32) return false;
    return clocks_[later.thread][earlier.thread % 32] >= earlier.clock;
}
// [/simt.before]
// [/simt.syncwarp]

bool Order::enter(Cell& cell, const Access& access, AccessKind kind, bool shared,
                  Race& race) const {
    const auto clashes = [&](const Access& other, AccessKind other_kind) {
        if ((other.bytes & access.bytes) == 0 || is_before(other, access, shared)) return false;
        race = {other, other_kind};
        return true;
    };
    // Two reads never clash, nor do two atomics
    if (clashes(cell.write, AccessKind::write)) return true;
    if (kind != AccessKind::read) {
        for (const Access& read : cell.reads) {
            if (clashes(read, AccessKind::read)) return true;
        }
    }
    if (kind != AccessKind::atomic) {
        for (const Access& atomic : cell.atomics) {
            if (clashes(atomic, AccessKind::atomic)) return true;
        }
    }
    if (kind == AccessKind::write) cell.write = access;
    if (kind == AccessKind::read) remember(cell.reads, access, shared);
    if (kind == AccessKind::atomic) remember(cell.atomics, access, shared);
    return false;
}

// How many later accesses `kept` may race with that `newcomer` does not stand for.
int Order::rank(const Access& kept, const Access& newcomer, bool shared) const {
    if (!this_launch(kept)) return 0;
    if (!this_block(kept)) return shared ? 0 : 4;
    if (kept.segment < segment_ || kept.thread == newcomer.thread) return 1;
    return kept.thread / 32 == newcomer.thread / 32 ? 2 : 3;
}

// The newcomer stays, and beside it the more telling one of the two that were there.
void Order::remember(std::array<Access, 2>& kept, const Access& access, bool shared) const {
    if (kept[0].thread == access.thread && this_block(kept[0])) {
        kept[0] = access;
        return;
    }
    if (rank(kept[0], access, shared) >= rank(kept[1], access, shared)) kept[1] = kept[0];
    kept[0] = access;
}

std::uint32_t Order::block_of(const Access& access) const {
    const auto after = std::upper_bound(
        blocks_.begin(), blocks_.end(), access.segment,
        [](std::uint32_t segment, const BlockBegin& begin) { return segment < begin.segment; });
    return std::prev(after)->block;
}

}  // namespace simt
