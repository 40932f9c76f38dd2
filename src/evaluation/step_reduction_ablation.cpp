#include "evaluation/step_reduction_ablation.h"

#include "evaluation/diversity_report.h"
#include "evaluation/experiment.h"
#include "evaluation/model_figures.h"
#include "evaluation/speed_curve.h"

namespace seed {
namespace {

using Json = Ablation::Json;

// [ablation.arms]
RunConfig training_of_arm(const Experiment& e, const std::string& arm) {
    RunConfig config = step_reduction_training(e.config, e.speedup_steps);
    StepReduction& r = *config.step_reduction;
    if (arm == "own_samples") {
        r.prompts = r.prompts * r.group, r.group = 1, r.temperature = 0;
        r.baseline = Baseline::none, r.beta = 0;
        r.sample.targets = StepTargets::masked, r.sample.first = 0.5;
    }
    if (arm == "own_samples" || arm == "no_kept_terms") r.elbo_weight = 0, r.edit_term = false;
    if (arm == "no_elbo") r.elbo_weight = 0;
    if (arm == "temperature_1") r.temperature = 1;
    if (arm == "group") r.group = 8, r.prompts = 2, r.baseline = Baseline::group;
    if (arm == "revealed") r.sample.targets = StepTargets::revealed, r.sample.first = 0;
    if (arm == "progressive") r.last_threshold = 0.5;
    if (arm == "steps_cost") r.cost = SpeedCost::steps;
    if (arm == "additive") r.shape = RewardShape::additive;
    if (arm == "model_verifier") r.verifier = Verifier::model;
    if (arm.starts_with("kl_")) r.kl = std::stod(arm.substr(3));
    return config;
}
// [/ablation.arms]

const std::vector<Budget>& speedup_budgets() {
    static const std::vector<Budget> all = [] {
        std::vector<Budget> list;
        for (const double steps : {1, 2, 4, 8, 16, 32}) list.push_back({RevealRule::count, steps});
        for (const double threshold : {0.5, 0.7, 0.9, 0.98}) {
            list.push_back({RevealRule::threshold, threshold});
        }
        return list;
    }();
    return all;
}

CpuTransformer model_of_arm(const Experiment& e, const std::string& arm, Json& row) {
    CpuTransformer start = selected_model(e);
    if (arm == "start" || arm == "threshold_only") return start;
    SpeedupOutcome outcome = reduced_model(e, "selected", arm, training_of_arm(e, arm));
    row["speedup"] = to_json(speedup_report(e.folder / arm));
    if (!outcome.stopped.empty()) row["stopped"] = outcome.stopped;
    return std::move(outcome.model);
}

Json step_reduction_row(const AblationOptions& options, const std::string& arm) {
    const Experiment e = experiment_of(options);
    Json extra{{"stopped", nullptr}};
    CpuTransformer model = model_of_arm(e, arm, extra);
    Json row{{"family", family_name(e.config.world.family)}};
    row.update(measure_figures(model, e.config, *e.source, e.tasks));
    row["curve"] = to_json(speed_curve(model, e.config, e.tokenizer,
                                       {e.config.world.family, e.tasks}, speedup_budgets()));
    row["threshold"] = arm == "threshold_only" ? 0.5 : 0.9;
    const Json& at = row["curve"][fmt::format("threshold {}", row["threshold"].get<double>())];
    for (const char* figure : {"pass_at_1", "calls_per_sample", "tokens_per_call"}) {
        row[figure] = at[figure];
    }
    const DiversityReport diversity = evaluate_diversity(
        model, e.config, e.tokenizer,
        {.tasks = std::min<Index>(64, e.tasks), .threshold = row["threshold"].get<double>()});
    row["diversity"] = diversity.distinct;
    row["samples"] = to_json(diversity);
    row["left_alone"] = row["repair"]["clean"]["exact_rate"];
    row.update(extra);
    return row;
}

}  // namespace

Ablation step_reduction_ablation() {
    return {"step-reduction",
            "training on own rollouts, and what is paid for fewer calls",
            {"start", "threshold_only", "own_samples", "on_policy", "no_kept_terms", "no_elbo",
             "temperature_1", "group", "revealed", "progressive", "steps_cost", "additive",
             "model_verifier", "kl_1", "kl_3", "kl_10"},
            {{"pass@1", "/pass_at_1"},
             {"model calls per sample", "/calls_per_sample"},
             {"tokens per call", "/tokens_per_call"},
             {"pass@1, threshold 0.5", "/curve/threshold 0.5/pass_at_1"},
             {"model calls per sample", "/curve/threshold 0.5/calls_per_sample"},
             {"pass@1, 1 step", "/curve/1 steps/pass_at_1"},
             {"pass@1, 4 steps", "/curve/4 steps/pass_at_1"},
             {"NELBO, nats per token", "/nelbo_nats_per_token"},
             {"right, sampled", "/samples/right"},
             {"distinct right programs of 8", "/diversity"},
             {"... of the world's own", "/samples/world_distinct"},
             {"restored, one edit", "/restore_rate"},
             {"false edits, clean programs", "/false_edit_rate"},
             {"clean programs left alone", "/left_alone"},
             {"pass@1 of edit tasks", "/edit_pass_at_1"},
             {"steps skipped", "/speedup/skipped"}},
            [](const AblationOptions& options) { steps_of_stage_1(options.config); },
            step_reduction_row,
            true,
            true};
}

}  // namespace seed
