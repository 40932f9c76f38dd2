#include "core/parallel.h"

#include <omp.h>

#include <atomic>

namespace seed {
namespace {
std::atomic<int> requested{0};
}

void set_thread_count(int count) {
    require(count >= 0 && count <= 1024, "threads: expected 0 (all cores) to 1024, got {}", count);
    requested = count;
}

int thread_count() { return requested > 0 ? requested.load() : omp_get_num_procs(); }

}  // namespace seed
