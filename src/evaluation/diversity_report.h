// How many ways to write a program a model still knows.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "evaluation/held_out_tasks.h"
#include "runs/training.h"

namespace seed {

struct DiversityEffort {
    Index tasks = 32;        // the first ones of the generation family's held-out list, or of long
    Index samples = 8;       // of each
    double threshold = 0.9;  // of their decoding; the tokens are drawn at temperature 1
};

// JSON: tasks, samples; right, the share of samples that pass the hidden tests; distinct, the mean
// number of different right programs among a task's samples; world_distinct, what the same number
// of samples of the world itself would give, exactly:
//
//   E[distinct of S draws] = sum over programs of 1 - (1 - p)^S
//
// (null where the world's programs are not enumerated: long programs, fixed choices).
struct DiversityReport {
    Index tasks = 0, samples = 0;
    double right = 0, distinct = 0;
    std::optional<double> world_distinct = {};
};

// Of one task's samples, completions[i] judged by judgements[i]: how many pass, and how many of
// those are different from each other.
struct RightSamples {
    Index right = 0, distinct = 0;
};

RightSamples right_samples(std::span<const std::vector<std::int32_t>> completions,
                           std::span<const Judgement> judgements);

// The completions, up to their eos, of so many rollouts of each prompt, prompt by prompt. The first
// prompt is number `begin` of all: no two batches share their random numbers.
std::vector<std::vector<std::int32_t>> drawn_completions(
    CpuTransformer& model, const RunConfig& config,
    const std::vector<std::vector<std::int32_t>>& prompts, Index begin, std::int32_t eos,
    const DiversityEffort& effort);

// The report but for the world's number.
DiversityReport mean_diversity(std::span<const RightSamples> of_tasks, Index samples);

// E[distinct of `samples` draws] of the world, in the mean over the first `tasks` held-out tasks.
std::optional<double> distinct_of_world(const RunConfig& config, Index tasks, Index samples);

// Throws Error for no task or no sample, and where held_out_tasks does.
DiversityReport evaluate_diversity(CpuTransformer& model, const RunConfig& config,
                                   const Tokenizer& tokenizer, const DiversityEffort& effort);

nlohmann::ordered_json to_json(const DiversityReport& report);

}  // namespace seed
