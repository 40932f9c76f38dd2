#include "block_decoding/fixed_step.h"

#include <algorithm>

namespace seed {

// [fixed_step.lay_out]
void lay_out_step(HostView<std::int32_t> tokens, HostView<Index> positions, HostView<Index> rows,
                  const FixedTexts<HostView>& texts, Index block) {
    check_fixed_texts(texts, block);
    const Index end = texts.ids.cols, count = 2 * block;
    require_shape(tokens, texts.ids.rows * count, 1, "lay out: tokens");
    require_shape(positions, tokens.rows, 1, "lay out: positions");
    require_shape(rows, tokens.rows, 3, "lay out: rows");
    for (Index n = 0; n < tokens.rows; ++n) {
        const Index b = n / count, r = n % count, p = texts.begin(b, 0) - block + r;
        const bool is_there = p >= 0 && p < end;
        tokens(n, 0) = is_there ? texts.ids(b, p) : 0;
        positions(n, 0) = is_there ? p : end + r;
        rows(n, 0) = texts.slot(b, 0);
        rows(n, 1) = positions(n, 0);
        rows(n, 2) = p < 0 ? 1 : std::min(end, (p / block + 1) * block);
    }
}
// [/fixed_step.lay_out]

// [fixed_step.next]
void enter_next_blocks(HostView<Index> still_active, const FixedTexts<HostView>& t, Index block,
                       std::int32_t eos) {
    check_fixed_texts(t, block);
    require_shape(still_active, 1, 1, "next blocks: still active");
    Index count = 0;
    for (Index b = 0; b < t.ids.rows; ++b) {
        if (t.active(b, 0) == 0) continue;
        ++t.calls(b, 0), ++t.block_calls(b, 0);
        const Index begin = t.begin(b, 0), end = std::min(begin + block, t.ids.cols);
        const auto any = [&](auto* row, Index from, std::int32_t value) {
            return std::find(row + from, row + end, value) != row + end;
        };
        if (!any(t.masked.row(b), begin, 1)) {
            const bool ends = eos >= 0 && any(t.ids.row(b), std::max(begin, t.prompt(b, 0)), eos);
            for (Index p = end; ends && p < t.ids.cols; ++p) {
                t.ids(b, p) = eos, t.masked(b, p) = 0, t.probabilities(b, p) = 1;
            }
            if (ends || end == t.ids.cols) {
                t.active(b, 0) = 0;
            } else {
                t.begin(b, 0) = end, t.block_calls(b, 0) = 0;
            }
        }
        count += t.active(b, 0);
    }
    still_active(0, 0) = count;
}
// [/fixed_step.next]

}  // namespace seed
