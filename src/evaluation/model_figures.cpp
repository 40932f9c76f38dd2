#include "evaluation/model_figures.h"

#include <array>
#include <nlohmann/json.hpp>

#include "evaluation/decoding_report.h"
#include "evaluation/fill_and_rewrite.h"
#include "evaluation/likelihood_report.h"
#include "evaluation/repair_report.h"
#include "evaluation/self_correction_report.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;

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

// At both thresholds; the row is of the better one, with fewer calls where they are equal.
void enter_best(Json& row, CpuTransformer& model, const RunConfig& config,
                const Tokenizer& tokenizer, const DecodingEffort& effort) {
    std::vector<DecodingReport> reports;
    static constexpr std::array thresholds = {0.9, 0.98};
    for (const double threshold : thresholds) {
        DenoiseOptions options;
        options.threshold = threshold;
        reports.push_back(
            evaluate_decoding(model, config, tokenizer, effort, only_fill(options)));
    }
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

Json measure_figures(CpuTransformer& model, const RunConfig& config, const TextSource& source,
                     Index tasks) {
    Json row = no_figures();
    const Tokenizer& tokenizer = source.tokenizer();
    const DecodingEffort programs{config.world.family, tasks}, edits{TaskFamily::edit, tasks};
    // The chain rule and the exact sum are for a look; `seed eval` takes more texts for them
    enter(row, evaluate_likelihood(model, config, source, {.chain_texts = 4, .window_texts = 2}));
    if (config.objective == Objective::autoregressive) {
        enter(row, evaluate_decoding(model, config, tokenizer, programs));
        return row;
    }
    enter_best(row, model, config, tokenizer, programs);
    enter(row, evaluate_repair(model, config, source, tasks));
    row["self_correction"] =
        to_json(evaluate_self_correction(model, config, tokenizer, programs, 4, RefineOptions{}));
    if (!has_asked_edits(config.world)) return row;
    const DecodingReport edited =
        evaluate_decoding(model, config, tokenizer, edits, RefineOptions{});
    row["edit_pass_at_1"] = edited.pass_at_1;
    row["edit_decoding"] = to_json(edited);
    return row;
}

}  // namespace seed
