#include "edit_corruption/levenshtein.h"

#include <numeric>
#include <vector>

#include "edit_corruption/levenshtein_myers.h"

namespace seed {

// [levenshtein.wagner_fischer]
HostMatrix<std::int32_t> levenshtein_table(Tokens a, Tokens b) {
    const Index n = Index(a.size()), m = Index(b.size());
    HostMatrix<std::int32_t> table(n + 1, m + 1);
    const HostView<std::int32_t> d = table.view();  // (n + 1, m + 1)
    for (Index i = 0; i <= n; ++i) d(i, 0) = std::int32_t(i);
    for (Index j = 0; j <= m; ++j) d(0, j) = std::int32_t(j);
    for (Index i = 1; i <= n; ++i) {
        for (Index j = 1; j <= m; ++j) {
            const std::int32_t deletion = d(i - 1, j) + 1;
            const std::int32_t insertion = d(i, j - 1) + 1;
            const std::int32_t substitution = d(i - 1, j - 1) + (a[i - 1] != b[j - 1]);
            d(i, j) = std::min({deletion, insertion, substitution});
        }
    }
    return table;
}
// [/levenshtein.wagner_fischer]

Index levenshtein_wagner_fischer(Tokens a, Tokens b) {
    return levenshtein_table(a, b).view()(Index(a.size()), Index(b.size()));
}

// [levenshtein.anti_diagonal]
// Diagonal s holds the cells i + j = s, stored by i. A cell needs the two diagonals before its own:
// (i - 1, j) and (i, j - 1) of s - 1, and (i - 1, j - 1) of s - 2.
Index levenshtein_anti_diagonal(Tokens a, Tokens b) {
    const Index n = Index(a.size()), m = Index(b.size());
    // With b backwards, b[j - 1] is at m - j = i + m - s: it moves on with i, as a[i - 1] does
    const std::vector<std::int32_t> backwards(b.rbegin(), b.rend());
    std::vector<std::int32_t> older(std::size_t(n + 1)), old(older), now(older);
    for (Index s = 0; s <= n + m; ++s) {
        const Index first = std::max<Index>(0, s - m), last = std::min(n, s);
        if (first == 0) now[0] = std::int32_t(s);
        if (last == s) now[s] = std::int32_t(s);
        for (Index i = std::max<Index>(first, 1); i <= std::min(last, s - 1); ++i) {
            const std::int32_t beside = std::min(old[i - 1], old[i]) + 1;
            const std::int32_t across = older[i - 1] + (a[i - 1] != backwards[i + m - s]);
            now[i] = std::min(beside, across);
        }
        older.swap(old);
        old.swap(now);
    }
    return old[n];
}
// [/levenshtein.anti_diagonal]

Index levenshtein(Tokens a, Tokens b) { return levenshtein_myers(a, b); }

}  // namespace seed
