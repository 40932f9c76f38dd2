#include "edit_corruption/edit_script.h"

#include <algorithm>

namespace seed {

// [edit_script.trace_back]
std::vector<ScriptStep> edit_script(Tokens a, Tokens b) {
    const HostMatrix<std::int32_t> table = levenshtein_table(a, b);
    const HostView<std::int32_t> d = table.view();  // (n + 1, m + 1)
    std::vector<ScriptStep> steps;
    Index i = Index(a.size()), j = Index(b.size());
    while (i > 0 || j > 0) {
        const bool both = i > 0 && j > 0;
        const bool differ = both && a[i - 1] != b[j - 1];
        if (both && d(i, j) == d(i - 1, j - 1) + differ) {
            --i, --j;
            steps.push_back({differ ? ScriptKind::substitution : ScriptKind::keep, i, j});
        } else if (i > 0 && d(i, j) == d(i - 1, j) + 1) {
            --i;
            steps.push_back({ScriptKind::deletion, i, j});
        } else {
            --j;
            steps.push_back({ScriptKind::insertion, i, j});
        }
    }
    std::reverse(steps.begin(), steps.end());
    return steps;
}
// [/edit_script.trace_back]

}  // namespace seed
