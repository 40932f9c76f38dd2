// All that the checker knows, in one place.
#pragma once

#include "simt/check_memory.h"
#include "simt/check_race.h"
#include "simt/launch.h"

namespace simt {

struct Checker {
    ShadowMemory memory;
    Order order;
    const Launch* launch = nullptr;  // the one that runs, or the last one
};
Checker& checker();

}  // namespace simt
