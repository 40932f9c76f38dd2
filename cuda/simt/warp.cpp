#include "simt/warp.h"

#include <fmt/format.h>

#include <bit>

#include "simt/block_scheduler.h"
#include "simt/check_hooks.h"

namespace simt {
namespace {

// Operations that hand out registers of other lanes: none of them may be missing.
bool exchanges_registers(WarpOperation operation) {
    return operation == WarpOperation::shuffle || operation >= WarpOperation::reduce_add;
}

std::uint64_t combine(WarpOperation operation, unsigned a, unsigned b) {
    switch (operation) {
        case WarpOperation::reduce_add:
            return a + b;
        case WarpOperation::reduce_min:
            return a < b ? a : b;
        case WarpOperation::reduce_max:
            return a < b ? b : a;
        case WarpOperation::reduce_min_signed:
            return int(a) < int(b) ? a : b;
        case WarpOperation::reduce_max_signed:
            return int(a) < int(b) ? b : a;
        case WarpOperation::reduce_and:
            return a & b;
        case WarpOperation::reduce_or:
            return a | b;
        default:
            return a ^ b;
    }
}

template <class Action>
void for_each_lane(unsigned lanes, Action action) {
    for (; lanes != 0; lanes &= lanes - 1) action(std::countr_zero(lanes));
}

}  // namespace

const char* name_of(WarpOperation operation) {
    constexpr const char* names[] = {
        "__syncwarp",        "__shfl_sync",       "__ballot_sync",     "__activemask",
        "__reduce_add_sync", "__reduce_min_sync", "__reduce_max_sync", "__reduce_min_sync",
        "__reduce_max_sync", "__reduce_and_sync", "__reduce_or_sync",  "__reduce_xor_sync",
    };
    return names[int(operation)];
}

std::uint64_t warp_operation(WarpOperation operation, unsigned mask, std::uint64_t value,
                             int source, const Location& where) {
    const HostCode host;
    return BlockScheduler::of_this_worker().meet(operation, mask, value, source, where);
}

unsigned active_lanes(const Location& where) {
    const HostCode host;
    return BlockScheduler::of_this_worker().active_lanes(where);
}

// [simt.meet]
std::uint64_t BlockScheduler::meet(WarpOperation operation, unsigned mask, std::uint64_t value,
                                   int source, const Location& where) {
    Thread& self = threads_[running_];
    self.operation = operation;
    self.mask = mask;
    self.where = where;
    self.value = value;
    self.source = source;
    Warp& warp = warps_[running_ / 32];
    check_mask(self, warp.alive);
    Meeting& meeting = join(operation, mask, where);
    if ((mask & warp.alive & ~meeting.arrived) != 0) {
        wait(ThreadState::at_warp_operation, where);
    } else {
        complete(meeting, running_ / 32);
        go_on_or_detour();
    }
    return self.result;
}
// [/simt.meet]

// Errors that show before anybody else has come.
void BlockScheduler::check_mask(const Thread& thread, unsigned alive) const {
    const auto complain = [&](const std::string& what) {
        fail(int(&thread - threads_.data()),
             fmt::format("{} at {}: its mask 0x{:08x} {}", name_of(thread.operation),
                         to_string(thread.where), thread.mask, what));
    };
    const int lane = int(&thread - threads_.data()) % 32;
    if ((thread.mask >> lane & 1) == 0)
        complain(fmt::format("does not name the caller, lane {}", lane));
    if (!exchanges_registers(thread.operation)) return;
    if (const unsigned absent = thread.mask & ~alive) {
        complain(
            fmt::format("names absent lanes 0x{:08x} (returned, or beyond the block)", absent));
    }
    if ((thread.mask >> thread.source & 1) == 0 && thread.operation == WarpOperation::shuffle) {
        complain(fmt::format("does not name lane {}, which it reads", thread.source));
    }
}

// The meeting of these lanes, opened by the first of them.
Meeting& BlockScheduler::join(WarpOperation operation, unsigned mask, const Location& where) {
    Meeting* chosen = nullptr;
    int unseen = warps_[running_ / 32].open;
    for (Meeting& meeting : warps_[running_ / 32].meetings) {
        if (!meeting.open) {
            if (chosen == nullptr) chosen = &meeting;
            if (unseen == 0) break;
            continue;
        }
        --unseen;
        const bool masks_alike =
            operation == WarpOperation::active_mask
                ? meeting.operation == operation && same(meeting.where, where)
                : meeting.operation != WarpOperation::active_mask && meeting.mask == mask;
        if (!masks_alike) continue;
        if (meeting.operation != operation || !same(meeting.where, where)) {
            fail(fmt::format("{} at {} meets {} at {}: both with mask 0x{:08x}", name_of(operation),
                             to_string(where), name_of(meeting.operation), to_string(meeting.where),
                             mask));
        }
        chosen = &meeting;
        break;
    }
    if (!chosen->open) {
        *chosen = {true, operation, mask, 0, where};
        ++warps_[running_ / 32].open;
    }
    chosen->arrived |= 1u << running_ % 32;
    return *chosen;
}

// Everybody has come: works out each lane's result and lets the others go on.
void BlockScheduler::complete(Meeting& meeting, int warp) {
    Thread* const lanes = &threads_[warp * 32];
    const unsigned arrived = meeting.arrived;
    std::uint64_t common = 0;
    if (meeting.operation == WarpOperation::vote) {
        for_each_lane(arrived, [&](int lane) { common |= lanes[lane].value << lane; });
    } else if (meeting.operation == WarpOperation::active_mask) {
        common = arrived;
    } else if (meeting.operation >= WarpOperation::reduce_add) {
        const int first = std::countr_zero(arrived);
        common = lanes[first].value;
        for_each_lane(arrived & (arrived - 1), [&](int lane) {
            common = combine(meeting.operation, unsigned(common), unsigned(lanes[lane].value));
        });
    } else if (meeting.operation == WarpOperation::sync) {
        check_syncwarp(warp, arrived);
    }
    const bool shuffle = meeting.operation == WarpOperation::shuffle;
    for_each_lane(arrived, [&](int lane) {
        lanes[lane].result = shuffle ? lanes[lanes[lane].source].value : common;
    });
    meeting.open = false;
    --warps_[warp].open;
    for_each_lane(arrived, [&](int lane) {
        if (lanes[lane].state == ThreadState::at_warp_operation) wake(warp * 32 + lane);
    });
}

// A lane fewer: meetings that waited only for it are complete, or cannot be held.
void BlockScheduler::lane_returned(int warp) {
    const unsigned alive = warps_[warp].alive;
    for (Meeting& meeting : warps_[warp].meetings) {
        if (!meeting.open || meeting.operation == WarpOperation::active_mask) continue;
        check_mask(threads_[warp * 32 + std::countr_zero(meeting.arrived)], alive);
        if ((meeting.mask & alive & ~meeting.arrived) == 0) complete(meeting, warp);
    }
    complete_active_masks(warp);
}

unsigned BlockScheduler::active_lanes(const Location& where) {
    Thread& self = threads_[running_];
    self.operation = WarpOperation::active_mask;
    join(WarpOperation::active_mask, 0, where);
    wait(ThreadState::at_warp_operation, where);
    return unsigned(self.result);
}

// The lanes at an __activemask stay together once no other lane of the warp can join them.
void BlockScheduler::complete_active_masks(int warp) {
    if (warps_[warp].can_run != 0) return;
    for (Meeting& meeting : warps_[warp].meetings) {
        if (meeting.open && meeting.operation == WarpOperation::active_mask)
            complete(meeting, warp);
    }
}

}  // namespace simt
