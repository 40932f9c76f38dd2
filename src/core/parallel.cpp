#include "core/parallel.h"

#include <omp.h>

#include <Eigen/Core>
#include <atomic>

namespace seed {
namespace {
std::atomic<int> requested{0};
// Eigen's products split a sum by the number of threads: inside our tasks they must not.
const bool eigen_is_serial = (Eigen::setNbThreads(1), true);
}

void set_thread_count(int count) {
    require(count >= 0 && count <= 1024, "--threads: expected 0 (all cores) ... 1024, got {}",
            count);
    requested = count;
}

int thread_count() {
    static_cast<void>(eigen_is_serial);
    return requested > 0 ? requested.load() : omp_get_num_procs();
}

}  // namespace seed
