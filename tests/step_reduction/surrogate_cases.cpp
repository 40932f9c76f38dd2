// The kernels of cuda/step_reduction/surrogate.cu.
#include "step_reduction/surrogate_device.h"
#include "tests/step_reduction/random_states.h"
#include "tests/support/kernel_case.h"
#include "tests/trajectory_selection/ragged_parts.h"

namespace seed {
namespace {

using Distances = decltype(state_distances_thread_per_pair);
using Means = decltype(mean_inverse_thread_per_trajectory);

void verify_distances(Distances* launch, const Shape& s, Report& report) {
    const RandomStates states(s[0], s[1], s[2], report.key());
    const Index rows = states.first_row.back();
    using Ids = HostView<const std::int32_t>;
    const auto tokens = report.given("tokens", Ids{states.tokens.data(), rows, 1});
    const auto reveal = report.given("reveal", Ids{states.reveal.data(), rows, 1});
    const StateBatch batch{tokens.view(), reveal.view(), states.first_row, states.steps,
                           RandomStates::mask};
    const auto distances = report.output<std::int32_t>("distances", batch.pairs(), 1);
    launch(distances.view(), batch);
    std::vector<Index> expected;
    for (Index p = 0; p < s[0]; ++p) {
        const Rollout r = states.rollout(p);
        const std::vector<Index> some = state_distances(r.ids, r.trajectory, RandomStates::mask);
        expected.insert(expected.end(), some.begin(), some.end());
    }
    report.expect(distances, [&](Index q, Index) {
        return Bounded{double(expected[std::size_t(q)]), 0};
    });
}

// `exact`: the kernel adds in the host's order.
template <bool exact>
void verify_means(Means* launch, const Shape& s, Report& report) {
    // Parts of one distance and more; those of `ragged_parts` may be empty
    std::vector<Index> first_row{0};
    const std::vector<Index> ragged = ragged_parts(s[0], s[1], report.key());
    for (std::size_t p = 1; p < ragged.size(); ++p) {
        first_row.push_back(first_row.back() + std::max<Index>(1, ragged[p] - ragged[p - 1]));
    }
    RandomStream random(report.key().fork("distances"), 0);
    std::vector<std::int32_t> numbers;
    for (Index q = 0; q < first_row.back(); ++q) numbers.push_back(random.between(0, 90));
    const auto distances = report.given(
        "distances", HostView<const std::int32_t>{numbers.data(), first_row.back(), 1});
    const auto means = report.output<double>("means", s[0], 1);
    launch(means.view(), distances.view(), first_row);
    report.expect(means, [&](Index p, Index) {
        BoundedSum sum;
        for (Index q = first_row[std::size_t(p)]; q < first_row[std::size_t(p) + 1]; ++q) {
            sum.add(1 / double(std::max(1, numbers[std::size_t(q)])));
        }
        const double count = double(sum.terms);
        const double allowed = exact ? 0 : sum.within(roundoff<double>, 2).allowed / count;
        return Bounded{sum.value / count, allowed};
    });
}

// Around a warp's 32 cells of a diagonal, a block's 4 and 128 pairs; one position, one step
const std::vector<Shape> states{{1, 1, 1},  {2, 5, 3},  {3, 31, 4}, {2, 33, 2}, {1, 32, 7},
                                {5, 20, 9}, {1, 97, 3}, {4, 65, 2}, {9, 12, 5}};
// Around 32 distances, 128 and 4 trajectories
const std::vector<Shape> parts{{1, 1},  {1, 31},  {2, 32},  {3, 33},  {4, 66},
                               {5, 78}, {127, 6}, {128, 3}, {129, 10}};

const RegisterKernels surrogate{
    "step_reduction/surrogate.cu",
    {kernel_case("state_distances/thread_per_pair", "P longest steps", states,
                 state_distances_thread_per_pair, verify_distances),
     kernel_case("state_distances/warp_per_pair", "P longest steps", states,
                 state_distances_warp_per_pair, verify_distances),
     kernel_case("mean_inverse/thread_per_trajectory", "P longest", parts,
                 mean_inverse_thread_per_trajectory, verify_means<true>),
     kernel_case("mean_inverse/warp_per_trajectory", "P longest", parts,
                 mean_inverse_warp_per_trajectory, verify_means<false>)}};

}  // namespace
}  // namespace seed
