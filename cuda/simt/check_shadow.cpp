#ifdef SIMT_CHECKER

#include "simt/check_shadow.h"

#include <fmt/format.h>
#include <link.h>

#include "simt/block_scheduler.h"
#include "simt/check_requests.h"
#include "simt/check_sites.h"
#include "simt/checker.h"

namespace simt {
namespace {

const char* name_of(AccessKind kind) {
    return kind == AccessKind::read ? "read" : kind == AccessKind::write ? "write" : "atomic";
}

struct AccessInfo {
    std::uintptr_t address;
    std::size_t bytes;
    AccessKind kind;
    std::uint32_t site;
};

std::string describe(const AccessInfo& a) {
    return fmt::format("{} of {} bytes at {}", name_of(a.kind), a.bytes, describe_site(a.site));
}

[[noreturn]] void fail(const std::string& message) {
    BlockScheduler::of_this_worker().fail(message);
}

std::string describe(const Region& region) {
    return fmt::format("{} of {} bytes", region.shared ? "a shared array" : "a device allocation",
                       region.end - region.begin);
}

// Code and data of the program and its libraries: constants, and variables of each worker.
bool in_program(std::uintptr_t address) {
    struct Query {
        std::uintptr_t address;
        bool found;
    } query{address, false};
    const auto look = [](dl_phdr_info* info, std::size_t, void* data) {
        Query& q = *static_cast<Query*>(data);
        for (int i = 0; i < info->dlpi_phnum; ++i) {
            const auto& part = info->dlpi_phdr[i];
            const std::uintptr_t begin = info->dlpi_addr + part.p_vaddr;
            if (part.p_type == PT_LOAD && q.address - begin < part.p_memsz) q.found = true;
        }
        return int(q.found);
    };
    dl_iterate_phdr(look, &query);
    return query.found;
}

bool is_own_memory(std::uintptr_t address) {
    const auto* pointer = reinterpret_cast<const void*>(address);
    if (BlockScheduler::of_this_worker().on_a_fiber(pointer)) return true;
    // threadIdx and its like lie below the thread pointer
    const auto thread = std::uintptr_t(__builtin_thread_pointer());
    return thread - address < 65536 || address - thread < 4096 || in_program(address);
}

[[noreturn]] void fail_outside(const AccessInfo& a) {
    const bool shared =
        BlockScheduler::of_this_worker().shared_memory().holds(reinterpret_cast<void*>(a.address));
    const Region* near = checker().memory.before(a.address, shared);
    std::string where = shared ? "in no shared array" : "which is no device memory";
    if (near != nullptr && a.address - near->end < 4096) {
        where +=
            fmt::format(", {} bytes beyond the end of {}", a.address - near->end, describe(*near));
    }
    fail(fmt::format("invalid {}: 0x{:x}, {}", describe(a), a.address, where));
}

void check_bounds(const AccessInfo& a, const Region& region, bool natural) {
    if (region.freed) fail(fmt::format("invalid {}: in freed device memory", describe(a)));
    const std::size_t offset = a.address - region.begin;
    if (natural && a.address % a.bytes != 0) {
        fail(fmt::format("invalid {}: misaligned, byte {} of {}", describe(a), offset,
                         describe(region)));
    }
    if (a.address + a.bytes > region.end) {
        fail(fmt::format("invalid {}: from byte {} it leaves {}", describe(a), offset,
                         describe(region)));
    }
}

[[noreturn]] void fail_race(const AccessInfo& a, const Region& region, const Race& race) {
    const Checker& all = checker();
    const dim3 grid = all.launch->shape.grid;
    const dim3 size = all.launch->shape.block;
    const unsigned block = all.order.block_of(race.other);
    const unsigned thread = race.other.thread;
    fail(
        fmt::format("race in {} memory, byte {} of {}: {}, unordered with the {} at {} by block "
                    "({}, {}, {}) thread ({}, {}, {})",
                    region.shared ? "shared" : "device", a.address - region.begin, describe(region),
                    describe(a), name_of(race.other_kind), describe_site(race.other.site),
                    block % grid.x, block / grid.x % grid.y, block / grid.x / grid.y,
                    thread % size.x, thread / size.x % size.y, thread / size.x / size.y));
}

void check_order(const AccessInfo& a, Region& region) {
    const Order& order = checker().order;
    for (std::uintptr_t word = a.address / 4; word * 4 < a.address + a.bytes; ++word) {
        const Access access =
            order.access(running_thread, a.site, bytes_in_word(a.address, a.bytes, word));
        Cell& cell = region.cells[word - region.begin / 4];
        Race race;
        if (order.enter(cell, access, a.kind, region.shared, race)) fail_race(a, region, race);
    }
}

}  // namespace

// [simt.check_access]
void check_access(const void* address, std::size_t bytes, AccessKind kind, std::uint32_t site,
                  bool natural) {
    const AccessInfo a{std::uintptr_t(address), bytes, kind, site};
    Region* region = checker().memory.find(a.address);
    if (region == nullptr) {
        if (is_own_memory(a.address)) return;
        fail_outside(a);
    }
    check_bounds(a, *region, natural);
    check_order(a, *region);
    if (kind != AccessKind::write && !region->is_written(a.address, bytes)) {
        fail(fmt::format("{} of {} memory that was never written: byte {} of {}", describe(a),
                         region->shared ? "shared" : "device", a.address - region->begin,
                         describe(*region)));
    }
    if (kind != AccessKind::read) region->set_written(a.address, bytes);
    count_access({running_thread, site, a.address, bytes, kind, region->shared});
}
// [/simt.check_access]

}  // namespace simt

#endif
