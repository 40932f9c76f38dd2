#include "app/report.h"

#include "core/table.h"

namespace seed {

std::string likelihood_table(const LikelihoodReport& r) {
    std::vector<TableRow> rows;
    const bool windows = r.window_tokens > 0;
    const auto number = [](double value) { return fmt::format("{:.4f}", value); };
    const auto add = [&](const char* name, const std::optional<Likelihood>& likelihood,
                         double window) {
        const auto cell = [&](bool known, auto value) { return known ? number(value()) : "-"; };
        const bool has_limit = likelihood && likelihood->limit_nats_per_token;
        rows.push_back({name, cell(bool(likelihood), [&] { return likelihood->nats_per_token; }),
                        cell(has_limit, [&] { return *likelihood->limit_nats_per_token; }),
                        cell(has_limit, [&] { return *likelihood->above_limit(); }),
                        cell(bool(likelihood), [&] { return likelihood->bits_per_byte; }),
                        cell(windows, [&] { return window; })});
    };
    if (r.nelbo) {
        add("NELBO, Monte Carlo over t", r.nelbo, r.window_monte_carlo);
        add("NELBO, exact sum over all masks", std::nullopt, r.window_exact);
        add("chain rule, left to right", r.left_to_right, r.window_left_to_right);
        add("chain rule, by confidence", r.confidence, r.window_confidence);
    } else {
        add("chain rule, left to right (exact)", r.left_to_right, 0);
    }
    std::string text =
        format_table({"estimator", "nats/token", "limit", "above", "bits/byte",
                      windows ? fmt::format("nats/token, {} masked", r.window_tokens) : "window"},
                     rows);
    if (r.nelbo) {
        text += fmt::format("{} held-out texts; standard error of the first line {:.4f} nats\n",
                            r.texts, r.standard_error);
    }
    return text;
}

std::string decoding_table(const DecodingReport& r) {
    std::vector<TableRow> rows{{"tasks", fmt::format("{}", r.tasks)},
                               {"pass@1", fmt::format("{:.3f}", r.pass_at_1)},
                               {"calls per sample", fmt::format("{:.2f}", r.calls_per_sample)},
                               {"tokens per call", fmt::format("{:.2f}", r.tokens_per_call)},
                               {"tokens per second", fmt::format("{:.0f}", r.tokens_per_second)}};
    if (r.rewrites_per_sample > 0) {
        rows.push_back({"rewrites per sample", fmt::format("{:.2f}", r.rewrites_per_sample)});
    }
    for (const auto& [name, count] : r.verdicts) rows.push_back({name, fmt::format("{}", count)});
    const bool edits = r.family == TaskFamily::edit;
    return format_table({edits ? "held-out edits" : "held-out tasks", ""}, rows);
}

std::string repair_table(const RepairReport& r) {
    const auto row = [](const char* name, const RepairScore& score) {
        const auto rate = [](double value) { return fmt::format("{:.3f}", value); };
        return TableRow{name, score.corrupted > 0 ? rate(score.restore_rate()) : "-",
                        rate(score.false_edit_rate()), rate(score.exact_rate())};
    };
    return format_table({"repair", "restored", "false edits", "exact"},
                        {row("clean", r.clean), row("one edit", r.one_edit),
                         row("floor(n / 10) edits", r.tenth)}) +
           fmt::format("{} held-out texts; tau_edit {}, at most {} passes\n", r.clean.texts,
                       r.tau_edit, r.passes);
}

std::string self_correction_table(const SelfCorrectionReport& r) {
    const SelfCorrection& score = r.score;
    const auto mean = [&](Index count) { return fmt::format("{:.2f}", score.mean(count)); };
    const auto rate = [](double value) { return fmt::format("{:.3f}", value); };
    return format_table({fmt::format("decoded in {} steps", r.steps), "before", "after"},
                        {{"pass@1", rate(score.pass_at_1_before()), rate(score.pass_at_1_after())},
                         {"calls per sample", mean(score.calls_before), mean(score.calls_after)},
                         {"rewrites per sample", "-", mean(score.rewrites)}}) +
           fmt::format("{} held-out tasks, {} mended, {} spoilt; tau_edit {}, at most {} passes\n",
                       score.texts, score.mended, score.spoilt, r.tau_edit, r.passes);
}

}  // namespace seed
