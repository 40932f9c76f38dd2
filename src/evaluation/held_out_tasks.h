// Held-out tasks, as a model is measured on them.
#pragma once

#include <span>

#include "lua_tasks/judge.h"
#include "runs/text_source.h"

namespace seed {

struct DecodingEffort {
    TaskFamily family = TaskFamily::generation;
    Index tasks = 256;
    Index batch = 64;  // decoded side by side
    Index block = 0;   // b: block after block (block_denoise.h); 0: the whole canvas at once
    bool block_causal = true;  // attention, where there are blocks
};

// The first tasks of the family's held-out list in the world of the run, the same for all models of
// one seed. Throws Error where there is nothing to do, for a family of another world, and for a
// model of a corpus: it knows no tasks.
std::vector<Task> held_out_tasks(const RunConfig& config, const DecodingEffort& effort);

// The key of that list: task `number` is generate_task(family, choices, Split::held_out, key,
// number).
RandomKey held_out_key(const RunConfig& config);

// Task `number` of that list.
Task held_out_task(const RunConfig& config, TaskFamily family, std::uint64_t number);

// Those of tasks begin ... begin + batch - 1 that there are.
std::span<const Task> next_tasks(std::span<const Task> tasks, Index begin, Index batch);

std::vector<std::vector<std::int32_t>> prompts_of(std::span<const Task> tasks,
                                                  const Tokenizer& tokenizer);

// "passed its 7 hidden tests", or the verdict with the judge's message of what failed.
std::string verdict_text(const Judgement& judgement, const Task& task);

// Runs the hidden tests of tasks[i] on completions[i] (without eos).
std::vector<Judgement> judge_completions(std::span<const Task> tasks, const Tokenizer& tokenizer,
                                         const std::vector<std::vector<std::int32_t>>& completions);

}  // namespace seed
