// The kernels of cuda/trajectory_selection/score.cu.
#include <cmath>

#include "tests/support/kernel_case.h"
#include "tests/trajectory_selection/ragged_parts.h"
#include "trajectory_selection/score_device.h"

namespace seed {
namespace {

using Sum = decltype(segmented_sum_thread_per_segment);

// Numbers of both signs, far apart in size; -inf now and then, as the log p of a mask token.
std::vector<double> random_values(Index rows, RandomKey key) {
    RandomStream random(key.fork("values"), 0);
    std::vector<double> values;
    for (Index m = 0; m < rows; ++m) {
        const double size = std::exp2(random.between(-20, 20));
        values.push_back(random.below(400) == 0 ? -INFINITY : size * (2 * random.uniform() - 1));
    }
    return values;
}

// `exact`: the kernel adds in the host's order, and an addition has one right result.
template <bool exact>
void verify_sum(Sum* launch, const Shape& s, Report& report) {
    const std::vector<Index> first_row = ragged_parts(s[0], s[1], report.key());
    const Index rows = first_row.back();
    const std::vector<double> numbers = random_values(rows, report.key());
    const auto values = report.given("values", HostView<const double>{numbers.data(), rows, 1});
    const auto sums = report.output<double>("sums", s[0], 1);
    launch(sums.view(), values.view(), first_row);

    HostMatrix<double> on_host(s[0], 1);
    segmented_sum(on_host.view(), values.start(), first_row);
    report.expect(sums, [&](Index p, Index) {
        BoundedSum sum;
        for (Index m = first_row[p]; m < first_row[p + 1]; ++m) sum.add(numbers[m]);
        const bool rounds = !exact && std::isfinite(sum.value);
        const double allowed = rounds ? sum.within(roundoff<double>).allowed : 0;
        return Bounded{on_host.view()(p, 0), allowed};
    });
}

// Around a warp's 32 lanes, around a block's 128 parts (or 4); the states of a call of 64, and all
// positions of a canvas
const std::vector<Shape> shapes{{1, 1},   {1, 2},   {2, 31},  {3, 32},  {4, 33},
                                {5, 65},  {127, 6}, {128, 3}, {129, 5}, {64, 128},
                                {9, 300}, {37, 97}, {3, 5003}};

const RegisterKernels sums{"trajectory_selection/score.cu",
                           {kernel_case("segmented_sum/thread_per_segment", "P longest", shapes,
                                        segmented_sum_thread_per_segment, verify_sum<true>),
                            kernel_case("segmented_sum/warp_per_segment", "P longest", shapes,
                                        segmented_sum_warp_per_segment, verify_sum<false>)}};

}  // namespace
}  // namespace seed
