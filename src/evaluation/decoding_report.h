// The share of held-out tasks that a model's programs solve.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "edit_corruption/refine.h"
#include "evaluation/held_out_tasks.h"

namespace seed {

struct Failure {
    std::string prompt, completion, verdict;  // verdict with the judge's message
};

// JSON: family, tasks, pass_at_1, calls_per_sample, tokens_per_call, tokens_per_second,
// rewrites_per_sample (of visible tokens), verdicts (a count for each). Tokens are those of the
// completions, with their eos; calls are a text's own, so tokens_per_call does not depend on how
// many texts share a call.
struct DecodingReport {
    TaskFamily family = TaskFamily::generation;
    Index tasks = 0;
    double pass_at_1 = 0, calls_per_sample = 0, tokens_per_call = 0, tokens_per_second = 0;
    double rewrites_per_sample = 0;
    std::vector<std::pair<std::string, Index>> verdicts;
    std::vector<Failure> failures;  // every one, in the order of the tasks; not in the JSON
};

// Decodes held-out tasks and runs their hidden tests. A diffusion model uses `options`: it fills a
// canvas of masks, or rewrites the program of an edit task. An autoregressive one uses greedy
// search; it has no edit tasks.
template <class Space>
DecodingReport evaluate_decoding(Transformer<Space>& model, const RunConfig& config,
                                 const Tokenizer& tokenizer, const DecodingEffort& effort,
                                 const RefineOptions& options = only_fill());

nlohmann::ordered_json to_json(const DecodingReport& report);

}  // namespace seed
