// Which trajectories of a pool are kept (Seed Diffusion, section 3.2: those of the highest ELBO).
#pragma once

#include <span>
#include <vector>

#include "core/array.h"

namespace seed {

struct SelectionOptions {
    Index keep = 1;       // of each text, the best ones
    double max_nats = 0;  // per token revealed; above it a trajectory is not kept; 0: no limit
};

// best (S, K): the rows of the K greatest of part s of scores (M, 1), rows first_row[s] ...
// first_row[s + 1] - 1, the greatest first, ties to the smaller row; -1 where there are no more. A
// score that is NaN is never among them. Throws Error where first_row does not cut the rows into
// best.rows parts.
void segmented_top_k(HostView<std::int32_t> best, HostView<const double> scores,
                     std::span<const Index> first_row);

struct Selected {
    std::vector<Index> rows;  // of the scores, ascending
    Index not_a_number = 0;   // scores that are NaN: never kept
    Index texts_without = 0;  // texts of which none is kept
};

// Of scores (M) in nats, `members` for each text, and the number of tokens each reveals (M). Throws
// Error for an empty pool, for fewer than one to keep, and where the numbers do not fit.
Selected select_trajectories(std::span<const double> scores, std::span<const Index> tokens,
                             Index members, const SelectionOptions& options);

}  // namespace seed
