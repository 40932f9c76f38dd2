// Trajectories of few different tokens, for the kernels that compare their states.
#pragma once

#include <vector>

#include "core/philox.h"
#include "step_reduction/rollout.h"

namespace seed {

// What stands behind the prompts of P trajectories, one behind the other.
struct RandomStates {
    static constexpr std::int32_t mask = 70001;
    std::vector<std::int32_t> tokens, reveal;  // (M)
    std::vector<Index> first_row{0}, steps;

    // 1 ... `longest` positions each, the first trajectory as many as can be, in 1 ... `most_steps`
    // steps. Tokens of three kinds, so that the shortest edit is often a shift; some are the mask.
    RandomStates(Index trajectories, Index longest, Index most_steps, RandomKey key) {
        RandomStream random(key.fork("states"), 0);
        for (Index p = 0; p < trajectories; ++p) {
            const Index m = p == 0 ? longest : random.between(1, int(longest));
            const Index n =
                std::min<Index>(m, p == 0 ? most_steps : random.between(1, int(most_steps)));
            const bool in_order = random.below(2) == 0;
            for (Index i = 0; i < m; ++i) {
                const std::int32_t kinds[] = {5, 65541, 7, mask};  // 5 and 65541: one low half
                tokens.push_back(kinds[random.below(20) == 0 ? 3 : random.below(3)]);
                // Every step reveals a position
                const Index any = in_order ? i * n / m : Index(random.below(std::uint32_t(n)));
                reveal.push_back(std::int32_t(i < n && !in_order ? i : any));
            }
            first_row.push_back(first_row.back() + m);
            steps.push_back(n);
        }
    }

    // Trajectory p behind a prompt of two tokens.
    Rollout rollout(Index p) const {
        Rollout r{{8, 9}, {{Trajectory::given, Trajectory::given}, steps[std::size_t(p)]}};
        for (Index i = first_row[std::size_t(p)]; i < first_row[std::size_t(p) + 1]; ++i) {
            r.ids.push_back(tokens[std::size_t(i)]);
            r.trajectory.reveal.push_back(reveal[std::size_t(i)]);
        }
        return r;
    }
};

}  // namespace seed
