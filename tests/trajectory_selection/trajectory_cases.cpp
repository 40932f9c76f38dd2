// The kernels of cuda/trajectory_selection/trajectory.cu.
#include "tests/support/kernel_case.h"
#include "trajectory_selection/trajectory_device.h"

namespace seed {
namespace {

using States = decltype(trajectory_states_thread_per_token);
constexpr std::int32_t mask_token = 70001;

// Every fifth position is given, the others are revealed by any of `count` steps; in every second
// row by multiples of 65,536, which are equal in their low half. Row by row the state is that
// before a step that reveals something, before the first, after the last, and before a step beyond
// 32 bits, which is after the last too.
struct Batch {
    std::vector<std::int32_t> x0, reveal;  // (P, T)
    std::vector<Index> steps;              // (P)

    Batch(Index trajectories, Index positions, RandomKey key) {
        RandomStream random(key.fork("states"), 0);
        constexpr int count = 7;
        for (Index p = 0; p < trajectories; ++p) {
            const std::int32_t scale = p % 2 == 0 ? 1 : 65536;
            const Index step = p % 4 == 1   ? 0
                               : p % 4 == 2 ? count
                               : p % 8 == 3 ? Index{1} << 32
                                            : random.between(1, count - 1);
            steps.push_back(step * scale);
            for (Index i = 0; i < positions; ++i) {
                x0.push_back(random.between(4, 70000));
                reveal.push_back(random.below(5) == 0 ? Trajectory::given
                                                      : scale * random.between(0, count - 1));
            }
        }
    }
};

void verify_states(States* states, const Shape& s, Report& report) {
    const Index rows = s[0], positions = s[1];
    const Batch batch(rows, positions, report.key());
    using Ids = HostView<const std::int32_t>;
    const auto x0 = report.given("x0", Ids{batch.x0.data(), rows, positions});
    const auto reveal = report.given("reveal", Ids{batch.reveal.data(), rows, positions});
    const auto xt = report.output<std::int32_t>("xt", rows, positions);
    states(xt.view(), x0.view(), reveal.view(), batch.steps, mask_token);
    HostMatrix<std::int32_t> expected(rows, positions);
    trajectory_states(expected.view(), x0.start(), reveal.start(), batch.steps, mask_token);
    report.expect(xt, [&](Index p, Index i) { return Bounded{double(expected.view()(p, i)), 0}; });
}

// Around a block's 256 threads and the 1024 tokens of 256 times four; rows that four tokens span;
// the canvases of preset small
const std::vector<Shape> shapes{{1, 1},   {1, 3},    {5, 1},   {3, 85},  {1, 256}, {1, 257},
                                {10, 31}, {1, 1023}, {2, 512}, {5, 205}, {16, 97}, {64, 128}};

const RegisterKernels states{"trajectory_selection/trajectory.cu",
                             {kernel_case("trajectory_states/thread_per_token", "P T", shapes,
                                          trajectory_states_thread_per_token, verify_states),
                              kernel_case("trajectory_states/four_per_thread", "P T", shapes,
                                          trajectory_states_four_per_thread, verify_states)
                                  .on_boundaries()}};

}  // namespace
}  // namespace seed
