// All that a table says of one model: the figures of a row, and the reports they are taken from.
//
//   nelbo_nats_per_token        Monte-Carlo NELBO; of the autoregressive model its exact -log p
//   limit_nats_per_token        exact -log p of the same texts in the world that made them: in the
//                               long run no model goes below it; null where it is not known
//   above_limit_nats_per_token  the difference
//   pass_at_1                   share of held-out tasks solved, decoding without rewriting; of a
//                               diffusion model at the best of two thresholds
//   threshold                   that threshold: 0.9, or 0.98 where it solves more
//   restore_rate                of held-out programs with one edit: share of the wrong tokens put
//                               right
//   false_edit_rate             of clean held-out programs: share of the tokens changed
//   edit_pass_at_1              share of held-out edit tasks solved, rewriting the program as it
//                               stands
//   calls_per_sample            model calls until a program is complete; here and in the other
//                               figures of decoding, a model that was trained by blocks writes
//                               them block by block, with a cache
//   tokens_per_call             completion tokens per model call
//   tokens_per_second           completion tokens per second, decoding a batch
//
// (null where a model has no such number: a baseline repairs nothing, a long world has no edit
// tasks), and as `seed eval --json` writes them likelihood, decoding (at that threshold); of a
// diffusion model also other_decoding, repair, self_correction (4 steps) and edit_decoding.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>

#include "evaluation/decoding_report.h"
#include "evaluation/likelihood_report.h"
#include "evaluation/repair_report.h"
#include "evaluation/self_correction_report.h"
#include "runs/training.h"

namespace seed {

std::vector<std::string> figure_names();

// All null.
nlohmann::ordered_json no_figures();

struct DiffusionReports {
    LikelihoodReport likelihood = {};
    std::array<DecodingReport, 2> decoding = {};  // at thresholds 0.9 and 0.98
    RepairReport repair = {};
    SelfCorrectionReport self_correction = {};
    std::optional<DecodingReport> edit_decoding = {};  // where the world has edit tasks
};

nlohmann::ordered_json figures_of(const DiffusionReports& reports);
// Of the autoregressive model.
nlohmann::ordered_json figures_of(const LikelihoodReport& likelihood,
                                  const DecodingReport& decoding);

// On `tasks` held-out tasks, and as many programs to repair.
nlohmann::ordered_json measure_figures(CpuTransformer& model, const RunConfig& config,
                                       const TextSource& source, Index tasks);

}  // namespace seed
