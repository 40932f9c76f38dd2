// The body of speed_curve.h.
#pragma once

#include "evaluation/speed_curve.h"

namespace seed {

template <class Space>
std::vector<SpeedPoint> speed_curve(Transformer<Space>& model, const RunConfig& config,
                                    const Tokenizer& tokenizer, const DecodingEffort& effort,
                                    const std::vector<Budget>& budgets) {
    std::vector<SpeedPoint> curve;
    for (const Budget& budget : budgets) {
        curve.push_back(
            {budget, evaluate_decoding(model, config, tokenizer, effort, budget.options())});
    }
    return curve;
}

}  // namespace seed
