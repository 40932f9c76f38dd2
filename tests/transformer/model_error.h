// How far a float model may be off its double self, from the sums that it is made of.
#pragma once

#include "tests/support/compare.h"
#include "transformer/config.h"

namespace seed {

// The errors of a composition add up: every sum of K products brings (4 + 2 sqrt(K)) u, relative to
// the size of what it makes. `positions` is T.
inline double forward_error(const ModelConfig& c, Index positions) {
    const Index q_size = c.heads * c.head_size;
    const double norm = sum_error(c.hidden_size), projections = sum_error(c.hidden_size);
    const double attention = sum_error(c.head_size) + 2 * sum_error(positions) + 4;  // S, P, y
    const double feed_forward = sum_error(c.hidden_size) + 4 + sum_error(c.intermediate);
    const double layer = 2 * norm + projections + attention + sum_error(q_size) + feed_forward;
    const double head = norm + sum_error(c.hidden_size) + sum_error(c.vocab_size);
    return 0x1p-24 * (double(c.layers) * layer + head);
}

// Backwards every operation takes two products more, one for its input and one for its weight, and
// that of the weight is a sum over all rows.
inline double gradient_error(const ModelConfig& c, Index rows, Index positions) {
    const double weights = 8 * double(c.layers) + 1;
    return 3 * forward_error(c, positions) + 0x1p-24 * weights * sum_error(rows);
}

}  // namespace seed
