// Accesses on their way to being counted: gathered lane by lane into requests of a warp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simt/check_race.h"
#include "simt/launch.h"

namespace simt {

struct CountedAccess {
    int thread;
    std::uint32_t site;
    std::uintptr_t address;
    std::size_t bytes;
    AccessKind kind;
    bool shared;
};

void count_access(const CountedAccess& access);

// The requests gathered so far are complete: a barrier, or the end of a block.
void flush_counts(const Launch& launch);

}  // namespace simt
