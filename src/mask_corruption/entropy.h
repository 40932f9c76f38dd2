// How undecided a model is at a position, and what may be decided at once because of it.
//
//   H = - sum_v p[v] log p[v]          nats; 0 where one token has all the probability
//
// Tokens that are chosen at once are chosen independently. The divergence of that from the model's
// own joint distribution is at most the sum of their entropies without the largest: with one of
// them known, the others cannot hold more. So a bound on that sum bounds the error of a step
// (EB-Sampler, Ben-Hamu et al., 2025, arXiv 2505.24857).
#pragma once

#include <span>
#include <vector>

#include "core/array.h"

namespace seed {

// H of every row of logits (M, V), in double. A logit of -inf adds nothing.
std::vector<double> row_entropies(HostView<const float> logits);
std::vector<double> row_entropies(HostView<const double> logits);

// The positions i, ascending, for which the entropies of all surer positions, added up in the order
// of the positions, are at most `bound`: smaller entropies, and equal ones to the left. The surest
// is always among them. Throws Error for a bound below 0.
std::vector<Index> within_entropy_bound(std::span<const double> entropies, double bound);

}  // namespace seed
