// The Levenshtein distance: the smallest number of insertions, deletions and substitutions that
// turn a into b (Levenshtein 1966), of two sequences of any integers.
//
//   D[i][0] = i,  D[0][j] = j
//   D[i][j] = min(D[i-1][j] + 1, D[i][j-1] + 1, D[i-1][j-1] + [a[i-1] != b[j-1]])
//
// with n = |a|, m = |b|; the distance is D[n][m]. All functions return the same number:
//
//   wagner_fischer  the table, row by row: the reference (Wagner, Fischer, JACM 1974)
//   anti_diagonal   the same cells in the order i + j, of which all are independent: on a GPU a
//                   thread each
//   myers           64 rows of the table in one machine word (levenshtein_myers.h)
#pragma once

#include <span>

#include "core/array.h"

namespace seed {

using Tokens = std::span<const std::int32_t>;

// The whole table D (n + 1, m + 1).
HostMatrix<std::int32_t> levenshtein_table(Tokens a, Tokens b);

Index levenshtein_wagner_fischer(Tokens a, Tokens b);

// Memory for three diagonals only.
Index levenshtein_anti_diagonal(Tokens a, Tokens b);

// The fastest: levenshtein_myers.
Index levenshtein(Tokens a, Tokens b);

}  // namespace seed
