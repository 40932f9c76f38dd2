// Held-out texts, orders that a model draws for them, and what another model says along these.
#pragma once

#include "evaluation/likelihood_report.h"
#include "runs/training.h"
#include "trajectory_selection/pool.h"

namespace seed {

struct HeldOutTexts {
    std::vector<EvaluationText> evaluation;
    std::vector<MaskableText> texts;             // of each: behind its prompt
    std::vector<std::vector<std::int32_t>> ids;  // of each: its canvas
};

HeldOutTexts held_out_texts(const TextSource& source, Index count);

// draw_pool of the texts, with a progress bar.
std::vector<Trajectory> held_out_pool(CpuTransformer& model, const HeldOutTexts& held_out,
                                      const PoolOptions& options, RandomKey key);

// Nats per token that `model` gives the texts along trajectories drawn by `start`: the best of each
// text's pool, and the same with their positions assigned to the steps at random.
struct ChainRules {
    double selected = 0, random = 0;
};

ChainRules chain_rules(CpuTransformer& model, CpuTransformer& start, const HeldOutTexts& held_out,
                       const PoolOptions& options, RandomKey key);

// JSON: chain_rule_selected, chain_rule_random.
nlohmann::ordered_json to_json(const ChainRules& nats);

}  // namespace seed
