// Whether a model corrects what it wrote itself.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "edit_corruption/self_correction.h"
#include "evaluation/held_out_tasks.h"

namespace seed {

// JSON: family, tasks, steps, tau_edit, passes, pass_at_1_before, pass_at_1_after, mended (tasks
// that failed before and pass after), spoilt (the reverse), and per sample calls_before,
// calls_after (with those before), rewrites_per_sample. "Before" is a text decoded in `steps`
// steps, each of which reveals the same number of tokens; "after" the same text as the model
// repaired it.
struct SelfCorrectionReport {
    TaskFamily family = TaskFamily::generation;
    Index steps = 0;
    double tau_edit = 0;
    Index passes = 0;
    SelfCorrection score;
};

// A diffusion model alone can do so. Temperature 0; of `options` tau_edit and passes are taken.
template <class Space>
SelfCorrectionReport evaluate_self_correction(Transformer<Space>& model, const RunConfig& config,
                                              const Tokenizer& tokenizer,
                                              const DecodingEffort& effort, Index steps,
                                              const RefineOptions& options = {});

nlohmann::ordered_json to_json(const SelfCorrectionReport& report);

}  // namespace seed
