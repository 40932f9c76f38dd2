// What do the orders look like in which programs come about? Counted on trajectories.
//
//   left_to_right   Spearman's rank correlation of a token's step and its position: 1 where a text
//                   is written from left to right, 0 where the order has nothing to do with it
//   names           of pairs of a name's first occurrence and a later one: the share where the
//                   first is revealed before, in the same step, and after. In Lua the first
//                   occurrence of a variable declares it
//   headers         of pairs of a line that opens a block (function, for, while, if) and a line
//                   directly inside: the share where the header's tokens are revealed earlier on
//                   average, and where neither is
//
// Tokens are those up to the first eos: the padding has no order that means anything.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tokenizer/tokenizer.h"
#include "trajectory_selection/trajectory.h"

namespace seed {

struct OrderReport {
    Index trajectories = 0;
    double left_to_right = 0;  // mean over trajectories
    Index name_pairs = 0, names_before = 0, names_together = 0;
    Index header_pairs = 0, headers_before = 0, headers_together = 0;
};

// Of trajectories[p] of the texts ids[p], whose special tokens are the tokenizer's.
OrderReport measure_orders(const Tokenizer& tokenizer,
                           const std::vector<std::vector<std::int32_t>>& ids,
                           const std::vector<Trajectory>& trajectories);

// JSON: trajectories, left_to_right, and shares: names_before, names_together, names_after,
// headers_before, headers_together, headers_after (null where there are no pairs).
nlohmann::ordered_json to_json(const OrderReport& report);

// Spearman's correlation of two lists of the same length, ties with their mean rank; 0 where one
// of them is constant.
double rank_correlation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace seed
