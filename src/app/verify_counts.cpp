#include "app/verify_counts.h"

#ifdef SIMT_CHECKER
#include "simt/check_counts.h"
#include "tests/support/reader_process.h"
#endif

namespace seed {

#ifdef SIMT_CHECKER
void print_access_counts(const std::vector<KernelCase>& kernels, std::uint64_t seed) {
    simt::count_accesses(true);
    for (const KernelCase& kernel : kernels) {
        restart_clock();
        const KernelResult result = verify_kernel(kernel, kernel.shapes.back(), seed);
        require(result.passed(), "{}", result.failure);
    }
    fmt::print("{}", simt::access_count_table());
}
#else
void print_access_counts(const std::vector<KernelCase>&, std::uint64_t) {
    fail("--counts: expected the checker build (cmake --preset checker), got one without it");
}
#endif

}  // namespace seed
