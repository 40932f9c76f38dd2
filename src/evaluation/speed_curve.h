// What decoding costs and what it is worth: pass@1 against model calls, for many ways to reveal.
#pragma once

#include "evaluation/decoding_report.h"

namespace seed {

// A way to reveal: so many fixed steps, a threshold, or an entropy bound; on the whole canvas, or
// block by block under the block-causal mask (block_denoise.h).
struct Budget {
    RevealRule rule = RevealRule::count;
    double value = 0;  // of steps, the threshold, or the bound
    Index block = 0;   // 0: the whole canvas at once
    bool block_causal = true;

    // "4 steps", "threshold 0.9", "entropy 1", "threshold 0.9, block 8", "..., full attention"
    std::string name() const;
    DenoiseOptions options() const;
};

// 2, 4, 8, 16, 32 steps; thresholds 0.5, 0.7, 0.9, 0.98; threshold 0.9 in blocks of 8,
// 16 and 32, block-causal and with full attention.
const std::vector<Budget>& usual_budgets();

struct SpeedPoint {
    Budget budget;
    DecodingReport decoding;
};

// Decodes the same held-out tasks with every budget, without rewriting.
template <class Space>
std::vector<SpeedPoint> speed_curve(Transformer<Space>& model, const RunConfig& config,
                                    const Tokenizer& tokenizer, const DecodingEffort& effort,
                                    const std::vector<Budget>& budgets = usual_budgets());

// JSON: {"2 steps": {"pass_at_1": ..., "calls_per_sample": ..., "tokens_per_call": ...}, ...}
nlohmann::ordered_json to_json(const std::vector<SpeedPoint>& curve);

}  // namespace seed
