// Myers' bit-parallel Levenshtein distance (Myers, JACM 1999), for any length and any tokens.
//
// Neighbouring cells of the table D differ by -1, 0 or 1. A machine word holds 64 such differences
// of one column, and a dozen word operations make the next column of them. A longer pattern is cut
// into strips of 64 rows; the differences along a strip's last row are the input of the next strip
// (Hyyro, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", 2003).
#pragma once

#include "edit_corruption/levenshtein.h"

namespace seed {

// The distance of any two sequences. What they share at both ends is set aside, and sequences of
// more than one strip are first tried within a band, which is enough where they are related.
Index levenshtein_myers(Tokens a, Tokens b);

// The distance if it is at most `bound`, else any number above `bound`. Only cells (i, j) with
// |i - j| <= bound are computed, rounded up to whole strips: no path of that cost leaves the band.
// Throws Error for a bound < 0.
Index levenshtein_within(Tokens a, Tokens b, Index bound);

}  // namespace seed
