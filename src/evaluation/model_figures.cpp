#include "evaluation/model_figures.h"

#include <nlohmann/json.hpp>

#include "edit_corruption/refine.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array thresholds = {0.9, 0.98};

void enter(Json& row, const LikelihoodReport& report) {
    const Likelihood& bound = report.nelbo ? *report.nelbo : *report.left_to_right;
    row["nelbo_nats_per_token"] = bound.nats_per_token;
    if (bound.limit_nats_per_token) {
        row["limit_nats_per_token"] = *bound.limit_nats_per_token;
        row["above_limit_nats_per_token"] = *bound.above_limit();
    }
    row["likelihood"] = to_json(report);
}

void enter(Json& row, const DecodingReport& report) {
    row["pass_at_1"] = report.pass_at_1;
    row["calls_per_sample"] = report.calls_per_sample;
    row["tokens_per_call"] = report.tokens_per_call;
    row["tokens_per_second"] = report.tokens_per_second;
    row["decoding"] = to_json(report);
}

void enter(Json& row, const RepairReport& report) {
    row["restore_rate"] = report.one_edit.restore_rate();
    row["false_edit_rate"] = report.clean.false_edit_rate();
    row["repair"] = to_json(report);
}

// The row is of the better one, with fewer calls where they are equal.
void enter_best(Json& row, const std::array<DecodingReport, 2>& reports) {
    const std::size_t best = reports[1].pass_at_1 > reports[0].pass_at_1 ? 1 : 0;
    enter(row, reports[best]);
    row["threshold"] = thresholds[best];
    row["other_decoding"] = to_json(reports[1 - best]);
}

}  // namespace

std::vector<std::string> figure_names() {
    return {"nelbo_nats_per_token",
            "limit_nats_per_token",
            "above_limit_nats_per_token",
            "pass_at_1",
            "threshold",
            "restore_rate",
            "false_edit_rate",
            "edit_pass_at_1",
            "calls_per_sample",
            "tokens_per_call",
            "tokens_per_second"};
}

Json no_figures() {
    Json row = Json::object();
    for (const std::string& name : figure_names()) row[name] = nullptr;
    return row;
}

Json figures_of(const LikelihoodReport& likelihood, const DecodingReport& decoding) {
    Json row = no_figures();
    enter(row, likelihood);
    enter(row, decoding);
    return row;
}

Json figures_of(const DiffusionReports& reports) {
    Json row = no_figures();
    enter(row, reports.likelihood);
    enter_best(row, reports.decoding);
    enter(row, reports.repair);
    row["self_correction"] = to_json(reports.self_correction);
    if (reports.edit_decoding) {
        row["edit_pass_at_1"] = reports.edit_decoding->pass_at_1;
        row["edit_decoding"] = to_json(*reports.edit_decoding);
    }
    return row;
}

Json measure_figures(CpuTransformer& model, const RunConfig& config, const TextSource& source,
                     Index tasks) {
    const Tokenizer& tokenizer = source.tokenizer();
    const DecodingEffort edits{TaskFamily::edit, tasks};
    DecodingEffort programs{config.world.family, tasks};
    if (config.step_reduction) programs.block = config.step_reduction->sample.block;
    // The chain rule and the exact sum are for a look; `seed eval` takes more texts for them
    const LikelihoodReport likelihood =
        evaluate_likelihood(model, config, source, {.chain_texts = 4, .window_texts = 2});
    if (config.objective == Objective::autoregressive) {
        return figures_of(likelihood, evaluate_decoding(model, config, tokenizer, programs));
    }
    DiffusionReports reports{.likelihood = likelihood};
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
        DenoiseOptions options;
        options.threshold = thresholds[i];
        reports.decoding[i] =
            evaluate_decoding(model, config, tokenizer, programs, only_fill(options));
    }
    const RefineOptions rewriting;
    reports.repair = evaluate_repair(model, config, source, tasks, rewriting);
    reports.self_correction = evaluate_self_correction(model, config, tokenizer,
                                                       {config.world.family, tasks}, 4, rewriting);
    if (has_asked_edits(config.world)) {
        reports.edit_decoding = evaluate_decoding(model, config, tokenizer, edits, rewriting);
    }
    return figures_of(reports);
}

}  // namespace seed
