// The body of speed_curve.h.
#pragma once

#include "evaluation/decoding_report_impl.h"
#include "evaluation/speed_curve.h"

namespace seed {

template <class Space>
std::vector<SpeedPoint> speed_curve(Transformer<Space>& model, const RunConfig& config,
                                    const Tokenizer& tokenizer, const DecodingEffort& effort,
                                    const std::vector<Budget>& budgets) {
    std::vector<SpeedPoint> curve;
    for (const Budget& budget : budgets) {
        DecodingEffort in_blocks = effort;
        in_blocks.block = budget.block, in_blocks.block_causal = budget.block_causal;
        curve.push_back({budget, evaluate_decoding(model, config, tokenizer, in_blocks,
                                                   only_fill(budget.options()))});
    }
    return curve;
}

}  // namespace seed
