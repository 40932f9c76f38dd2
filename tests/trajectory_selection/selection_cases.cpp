// The kernels of cuda/trajectory_selection/selection.cu.
#include <algorithm>
#include <cmath>

#include "tests/support/kernel_case.h"
#include "tests/trajectory_selection/ragged_parts.h"
#include "trajectory_selection/selection_device.h"

namespace seed {
namespace {

using TopK = decltype(segmented_top_k_thread_per_segment);

// Part by part: numbers that differ, few different ones (some -inf, 0 and -0), the same with NaN
// among them, all NaN; all -inf, all equal.
std::vector<double> random_scores(const std::vector<Index>& first_row, RandomKey key) {
    RandomStream random(key.fork("scores"), 0);
    const double nan = std::nan("");
    std::vector<double> scores;
    for (Index s = 0; s + 1 < Index(first_row.size()); ++s) {
        for (Index m = first_row[s]; m < first_row[s + 1]; ++m) {
            const int kind = random.between(0, 9);
            const double few = kind == 0   ? -INFINITY
                               : kind == 1 ? -0.0
                               : kind == 2 ? 0.0
                                           : -double(random.between(0, 3)) / 4;
            const double some = random.below(3) == 0 ? nan : few;
            const double all[] = {1e3 * (2 * random.uniform() - 1), few, some, nan, -INFINITY, -2};
            scores.push_back(all[s % 8 < 6 ? s % 8 : s % 3]);
        }
    }
    return scores;
}

void verify_top_k(TopK* launch, const Shape& s, Report& report) {
    const std::vector<Index> first_row = ragged_parts(s[0], s[1], report.key());
    const std::vector<double> numbers = random_scores(first_row, report.key());
    const auto scores =
        report.given("scores", HostView<const double>{numbers.data(), first_row.back(), 1});
    // Poison reads as -1, which is a right answer: what is not written shows as -7 here
    HostMatrix<std::int32_t> sevens(s[0], s[2]);
    std::ranges::fill(sevens.view().span(), -7);
    const auto best = report.updated("best", HostView<const std::int32_t>(sevens.view()));
    launch(best.view(), scores.view(), first_row);
    HostMatrix<std::int32_t> expected(s[0], s[2]);
    segmented_top_k(expected.view(), scores.start(), first_row);
    report.expect(best, [&](Index p, Index k) {
        return Bounded{double(expected.view()(p, k)), 0};
    });
}

// Around a block's 128 threads, as parts, as rows of a part and as places; one to keep, all of
// them, more than there are; a pool of 64 texts with 8 trajectories each
const std::vector<Shape> shapes{
    {1, 1, 1},     {1, 1, 3},   {2, 2, 1},   {3, 127, 5}, {7, 128, 128}, {5, 129, 129}, {6, 300, 1},
    {9, 300, 300}, {127, 6, 2}, {128, 3, 4}, {129, 5, 1}, {64, 8, 3},    {8, 31, 140}};

const RegisterKernels selection{
    "trajectory_selection/selection.cu",
    {kernel_case("segmented_top_k/thread_per_segment", "S longest K", shapes,
                 segmented_top_k_thread_per_segment, verify_top_k),
     kernel_case("segmented_top_k/rank_per_thread", "S longest K", shapes,
                 segmented_top_k_rank_per_thread, verify_top_k)}};

}  // namespace
}  // namespace seed
