// The rollouts of a step of step reduction, and what they are worth: verdicts, costs, rewards,
// advantages (speedup.h).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "runs/training.h"
#include "step_reduction/rollout.h"

namespace seed {

// The verifier that executes: 1 for a rollout whose program passes the hidden tests of its task,
// else 0. tasks[g] is that of rollouts g * group ... g * group + group - 1.
std::vector<double> executed(const std::vector<Rollout>& rollouts, const std::vector<Task>& tasks,
                             Index group, const Tokenizer& tokenizer);

// The rollouts of a step, and what they are worth.
struct JudgedRollouts {
    std::vector<Rollout> rollouts;       // prompt by prompt, a group each
    std::vector<double> verdicts;        // in [0, 1]
    std::vector<double> log_ratios;      // as the record has their mean
    std::vector<double> costs, rewards;  // as the configuration wants them
    std::vector<double> advantages;
};

// `start` is the model-based verifier and the reference of KL; else it is not called.
JudgedRollouts judged_rollouts(const RunConfig& config, const Tokenizer& tokenizer, Index step,
                               CpuTransformer& model, CpuTransformer& start);

// What a line of the record says of them (speedup.h): right, calls, cost, reward, distinct,
// log_ratio, threshold.
nlohmann::ordered_json record_of(const JudgedRollouts& judged, Index group, double threshold);

}  // namespace seed
