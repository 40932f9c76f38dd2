#include <nlohmann/json.hpp>

#include "evaluation/self_correction_report_impl.h"

namespace seed {
namespace {

// Which of the texts are programs that pass the hidden tests?
std::vector<bool> which_passed(const std::vector<CorrectedText>& texts,
                               std::vector<std::int32_t> CorrectedText::*ids,
                               std::span<const Task> tasks,
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

SelfCorrection judge_corrections(const std::vector<CorrectedText>& texts,
                                 std::span<const Task> tasks,
                                 const std::vector<std::vector<std::int32_t>>& prompts,
                                 const Tokenizer& tokenizer) {
    return count_corrections(texts,
                             which_passed(texts, &CorrectedText::before, tasks, prompts, tokenizer),
                             which_passed(texts, &CorrectedText::after, tasks, prompts, tokenizer));
}

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
