// The bodies of self_correction_report.h.
#pragma once

#include "core/progress.h"
#include "evaluation/self_correction_report.h"

namespace seed {

// Runs the hidden tests of tasks[i] on texts[i], as it was and as it was left.
SelfCorrection judge_corrections(const std::vector<CorrectedText>& texts,
                                 std::span<const Task> tasks,
                                 const std::vector<std::vector<std::int32_t>>& prompts,
                                 const Tokenizer& tokenizer);

template <class Space>
SelfCorrectionReport evaluate_self_correction(Transformer<Space>& model, const RunConfig& config,
                                              const Tokenizer& tokenizer,
                                              const DecodingEffort& effort, Index steps,
                                              const RefineOptions& options) {
    require(config.objective == Objective::diffusion,
            "self-correction: expected a diffusion model, got an autoregressive one");
    const std::vector<Task> tasks = held_out_tasks(config, effort);
    RefineOptions few_steps{{}, options.tau_edit, options.passes};
    few_steps.fill.rule = RevealRule::count;
    few_steps.fill.steps = steps;
    SelfCorrectionReport report{effort.family, steps, options.tau_edit, options.passes, {}};
    Progress progress("correct what was decoded", effort.tasks);
    for (Index begin = 0; begin < effort.tasks; begin += effort.batch) {
        const std::span<const Task> some = next_tasks(tasks, begin, effort.batch);
        const auto prompts = prompts_of(some, tokenizer);
        const auto texts = write_and_repair(model, prompts, config.canvas, few_steps);
        report.score += judge_corrections(texts, some, prompts, tokenizer);
        progress.update(begin + Index(some.size()));
    }
    progress.finish();
    return report;
}

}  // namespace seed
