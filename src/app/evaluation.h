// What a model is worth on texts it has never seen: its likelihood by three estimators, the share
// of held-out tasks that its programs solve, how well it repairs what was edited, and whether it
// corrects what it wrote itself.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "app/fill_and_rewrite.h"
#include "app/run_folder.h"
#include "edit_corruption/repair_score.h"
#include "edit_corruption/self_correction.h"
#include "mask_corruption/likelihood.h"

namespace seed {

// Nats per token and bits per byte of the text behind the prompt. Tokens are counted up to the
// first eos; the padding behind it is part of the bound but counts as no token.
struct Likelihood {
    double nats_per_token = 0;
    double bits_per_byte = 0;
};

// JSON: texts, nelbo_nats_per_token, nelbo_bits_per_byte, nelbo_standard_error (nats per token,
// over texts), left_to_right_* and confidence_*; and on a window of window_tokens tokens per text
// (the rest of the text is given): window_exact_nats_per_token, window_monte_carlo_*,
// window_left_to_right_*, window_confidence_*. An autoregressive model has left_to_right_* alone.
struct LikelihoodReport {
    Index texts = 0;
    std::optional<Likelihood> nelbo;  // Monte Carlo
    double standard_error = 0;
    std::optional<Likelihood> left_to_right, confidence;
    Index window_tokens = 0;
    double window_exact = 0, window_monte_carlo = 0;             // nats per token
    double window_left_to_right = 0, window_confidence = 0;
};

struct LikelihoodEffort {
    Index texts = 64;         // for Monte Carlo
    Index samples = 32;       // noise levels per text
    Index chain_texts = 16;   // for the chain rule, one model run per token
    Index window_texts = 8;   // for the exact sum, 2^window_tokens model runs each
    Index window_tokens = 8;
};

template <class Space>
LikelihoodReport evaluate_likelihood(Transformer<Space>& model, const RunConfig& config,
                                     const TextSource& source, const LikelihoodEffort& effort);

// JSON: family, tasks, pass_at_1, calls_per_sample, tokens_per_call, tokens_per_second,
// rewrites_per_sample (of visible tokens), verdicts (a count for each). Tokens are those of the
// completions, with their eos; calls are a text's own, so tokens_per_call does not depend on how
// many texts share a call.
struct Failure {
    std::string prompt, completion, verdict;  // verdict with the judge's message
};

struct DecodingReport {
    TaskFamily family = TaskFamily::generation;
    Index tasks = 0;
    double pass_at_1 = 0, calls_per_sample = 0, tokens_per_call = 0, tokens_per_second = 0;
    double rewrites_per_sample = 0;
    std::vector<std::pair<std::string, Index>> verdicts;
    std::vector<Failure> failures;  // every one, in the order of the tasks; not in the JSON
};

struct DecodingEffort {
    TaskFamily family = TaskFamily::generation;
    Index tasks = 256;
    Index batch = 64;  // decoded side by side
};

// Decodes held-out tasks and runs their hidden tests. A diffusion model uses `options`: it fills a
// canvas of masks, or rewrites the program of an edit task. An autoregressive one uses greedy search;
// it has no edit tasks.
template <class Space>
DecodingReport evaluate_decoding(Transformer<Space>& model, const RunConfig& config,
                                 const Tokenizer& tokenizer, const DecodingEffort& effort,
                                 const RefineOptions& options = only_fill());

// JSON: texts, tau_edit, passes, and of the same held-out texts, given to the model
//   clean      as they are: false_edit_rate, exact_rate
//   one_edit   with one edit each: restore_rate, false_edit_rate, exact_rate
//   tenth      with floor(|x0| / 10) edits each: the same
// The rates are those of edit_corruption/repair_score.h.
struct RepairReport {
    double tau_edit = 0;
    Index passes = 0;
    RepairScore clean, one_edit, tenth;
};

// A diffusion model alone can repair.
template <class Space>
RepairReport evaluate_repair(Transformer<Space>& model, const RunConfig& config,
                             const TextSource& source, Index texts,
                             const RefineOptions& options = {}, Index batch = 64);

// JSON: family, tasks, steps, tau_edit, passes, pass_at_1_before, pass_at_1_after, mended (tasks
// that failed before and pass after), spoilt (the reverse), and per sample calls_before,
// calls_after (with those before), rewrites_per_sample. "Before" is a text decoded in `steps` steps,
// each of which reveals the same number of tokens; "after" the same text as the model repaired it.
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

nlohmann::ordered_json to_json(const LikelihoodReport& report);
nlohmann::ordered_json to_json(const DecodingReport& report);
nlohmann::ordered_json to_json(const RepairReport& report);
nlohmann::ordered_json to_json(const SelfCorrectionReport& report);

}  // namespace seed
