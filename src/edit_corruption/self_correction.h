// Can a model mend what it wrote itself? A text is written in few calls, where tokens that are
// filled in the same call cannot take account of each other; then the same model may rewrite it
// (repair, refine.h), and nothing but the text tells it what is wrong.
#pragma once

#include "edit_corruption/refine.h"

namespace seed {

// One text as it was written and as it was left by the repair.
struct CorrectedText {
    std::vector<std::int32_t> before, after;  // (T), with the prompt
    Index calls_before = 0;                   // model calls to write it
    Index calls_after = 0;                    // to write and repair it
    Index rewrites = 0;                       // tokens changed by the repair, over all its passes
};

// Fills `positions` tokens behind each prompt by options.fill (denoise) and gives the results to
// repair, with tau_edit and passes of the options. Throws Error where these two do.
template <class Space>
std::vector<CorrectedText> write_and_repair(Transformer<Space>& model,
                                            const std::vector<std::vector<std::int32_t>>& prompts,
                                            Index positions, const RefineOptions& options);

// Counts over texts that a judge has seen twice: before and after the repair.
struct SelfCorrection {
    Index texts = 0, passed_before = 0, passed_after = 0;
    Index mended = 0;  // failed before, passed after
    Index spoilt = 0;  // passed before, failed after
    Index calls_before = 0, calls_after = 0, rewrites = 0;

    // Means over the texts; 0 where there are none.
    double mean(Index count) const { return texts > 0 ? double(count) / double(texts) : 0; }
    double pass_at_1_before() const { return mean(passed_before); }
    double pass_at_1_after() const { return mean(passed_after); }

    SelfCorrection& operator+=(const SelfCorrection& other);
};

// passed_before[i] and passed_after[i] say whether texts[i] was right. Throws Error where the lists
// differ in length.
SelfCorrection count_corrections(const std::vector<CorrectedText>& texts,
                                 const std::vector<bool>& passed_before,
                                 const std::vector<bool>& passed_after);

}  // namespace seed
