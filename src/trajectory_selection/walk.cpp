// A trajectory on its way through the pool's loop.
#include "trajectory_selection/pool_impl.h"

namespace seed {

Walk start_walk(const MaskableText& text, Index number, const PoolOptions& options, RandomKey key) {
    Walk walk{number, rule_of_member(options, key), key, text.positions, {}};
    walk.trajectory.reveal.assign(text.ids.size(), Trajectory::given);
    walk.trajectory.score = 0;
    return walk;
}

// [pool.advance]
void advance(Walk& walk, std::span<const Ordered> step) {
    std::vector<Index> left;
    for (std::size_t k = 0; k < step.size(); ++k) {
        const Index i = walk.masked[k];
        if (!step[k].revealed) {
            left.push_back(i);
            continue;
        }
        walk.trajectory.reveal[i] = std::int32_t(walk.trajectory.steps);
        walk.trajectory.score += step[k].log_p;
    }
    walk.masked = std::move(left);
    ++walk.trajectory.steps;
}
// [/pool.advance]

}  // namespace seed
