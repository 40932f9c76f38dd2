// A trajectory as one looks at it: in which step every token of a canvas came, and how sure the
// model was of it then.
//
//   step[i] = 0              given
//           = 1 ... n        revealed by that call of the model: reveal[i] + 1 (trajectory.h)
//   log_p[i] = log p(token | the canvas before its step), 0 where given; the score is their sum
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "lua_tasks/judge.h"
#include "runs/run_folder.h"
#include "trajectory_selection/trajectory.h"

namespace seed {

struct TrajectoryView {
    std::string origin;             // "held-out task 0"
    std::vector<std::int32_t> ids;  // (T)
    std::vector<Index> step;        // (T)
    std::vector<double> log_p;      // (T) nats
    Index steps = 0;                // n; a step of the ancestral rule may reveal nothing
    std::string verdict;            // of the judge, as verdict_text says it; empty: not judged
    bool passed = false;
    std::optional<double> stored_score;  // nats: what a file says of it
};

// Decodes a text behind a prompt. What is revealed stays: nothing is rewritten. Throws Error where
// denoise does.
TrajectoryView view_of_decoding(CpuTransformer& model, const std::vector<std::int32_t>& prompt,
                                Index positions, const DenoiseOptions& options);

// What the model says of a trajectory of a text: n calls, some of them side by side. Throws Error
// where the trajectory is not one of the text.
TrajectoryView view_of_trajectory(CpuTransformer& model, const std::vector<std::int32_t>& ids,
                                  const Trajectory& trajectory);

double score_of(const TrajectoryView& view);                       // nats, at most 0
std::vector<Index> tokens_per_step(const TrajectoryView& view);    // (n)
Index prompt_length(const TrajectoryView& view);                   // tokens given at the beginning

// JSON: origin, prompt, completion (up to the first end), verdict and passed (null: not judged),
// steps, score, nats_per_token, stored_score (null: none), eos (the name of the end token), and for
// every position tokens, step and confidence (exp log_p).
nlohmann::ordered_json to_json(const TrajectoryView& view, const Tokenizer& tokenizer);

}  // namespace seed
