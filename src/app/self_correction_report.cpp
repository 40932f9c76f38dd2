#include <nlohmann/json.hpp>

#include "app/evaluation.h"
#include "app/held_out_tasks.h"
#include "core/device_array.h"
#include "core/progress.h"

namespace seed {
namespace {

// Which of the texts are programs that pass the hidden tests?
std::vector<bool> passed(const std::vector<CorrectedText>& texts,
                         std::vector<std::int32_t> CorrectedText::*ids, std::span<const Task> tasks,
                         const std::vector<std::vector<std::int32_t>>& prompts,
                         const Tokenizer& tokenizer) {
    std::vector<std::vector<std::int32_t>> completions;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        completions.push_back(
            completion_of(texts[i].*ids, Index(prompts[i].size()), tokenizer.eos_id()));
    }
    std::vector<bool> result;
    for (const Judgement& judgement : judge_completions(tasks, tokenizer, completions)) {
        result.push_back(judgement.verdict == Verdict::passed);
    }
    return result;
}

}  // namespace

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
        report.score += count_corrections(
            texts, passed(texts, &CorrectedText::before, some, prompts, tokenizer),
            passed(texts, &CorrectedText::after, some, prompts, tokenizer));
        progress.update(begin + Index(some.size()));
    }
    progress.finish();
    return report;
}

template SelfCorrectionReport evaluate_self_correction(CpuTransformer&, const RunConfig&,
                                                       const Tokenizer&, const DecodingEffort&,
                                                       Index, const RefineOptions&);
template SelfCorrectionReport evaluate_self_correction(Transformer<Device>&, const RunConfig&,
                                                       const Tokenizer&, const DecodingEffort&,
                                                       Index, const RefineOptions&);

nlohmann::ordered_json to_json(const SelfCorrectionReport& r) {
    const SelfCorrection& score = r.score;
    return {{"family", family_name(r.family)},
            {"tasks", score.texts},
            {"steps", r.steps},
            {"tau_edit", r.tau_edit},
            {"passes", r.passes},
            {"pass_at_1_before", score.pass_at_1_before()},
            {"pass_at_1_after", score.pass_at_1_after()},
            {"mended", score.mended},
            {"spoilt", score.spoilt},
            {"calls_before", score.mean(score.calls_before)},
            {"calls_after", score.mean(score.calls_after)},
            {"rewrites_per_sample", score.mean(score.rewrites)}};
}

}  // namespace seed
