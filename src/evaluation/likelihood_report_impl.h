// The bodies of likelihood_report.h.
#pragma once

#include "evaluation/likelihood_report.h"
#include "transformer/autoregressive.h"

namespace seed {

std::vector<EvaluationText> first_texts(const std::vector<EvaluationText>& texts, Index count);
std::vector<MaskableText> maskable(const std::vector<EvaluationText>& texts);
// A window of consecutive content tokens of each text, at a random place.
std::vector<MaskableText> windows(const std::vector<EvaluationText>& texts, Index tokens,
                                  RandomKey key);
double mean_per_position(const std::vector<double>& nats, const std::vector<MaskableText>& texts);

template <class Space>
void evaluate_windows(LikelihoodReport& report, Transformer<Space>& model,
                      const std::vector<EvaluationText>& texts, const LikelihoodEffort& effort,
                      const LikelihoodOptions& options, RandomKey key) {
    const auto chosen =
        windows(first_texts(texts, effort.window_texts), effort.window_tokens, key.fork("windows"));
    report.window_tokens = effort.window_tokens;
    report.window_exact = mean_per_position(exact_nelbo(model, chosen, options), chosen);
    report.window_monte_carlo =
        mean_per_position(monte_carlo_nelbo(model, chosen, options, key), chosen);
    report.window_left_to_right = mean_per_position(
        chain_rule_nll(model, chosen, RevealOrder::left_to_right, options), chosen);
    report.window_confidence =
        mean_per_position(chain_rule_nll(model, chosen, RevealOrder::confidence, options), chosen);
}

template <class Space>
LikelihoodReport evaluate_likelihood(Transformer<Space>& model, const RunConfig& config,
                                     const TextSource& source, const LikelihoodEffort& effort) {
    const std::vector<EvaluationText> texts = source.held_out(effort.texts);
    LikelihoodReport report;
    report.texts = Index(texts.size());
    if (config.objective == Objective::autoregressive) {
        std::vector<Canvas> canvases;
        for (const EvaluationText& text : texts) canvases.push_back(text.canvas);
        report.left_to_right = normalise(autoregressive_nll(model, canvases), texts);
        return report;
    }
    const RandomKey key = RandomKey{config.seed}.fork("evaluation");
    const LikelihoodOptions options{.schedule = config.loss.schedule, .samples = effort.samples};
    const std::vector<double> nats = monte_carlo_nelbo(model, maskable(texts), options, key);
    report.nelbo = normalise(nats, texts);
    report.standard_error = standard_error(nats, texts);

    const std::vector<EvaluationText> few = first_texts(texts, effort.chain_texts);
    const auto along = [&](RevealOrder order) {
        return normalise(chain_rule_nll(model, maskable(few), order, options), few);
    };
    report.left_to_right = along(RevealOrder::left_to_right);
    report.confidence = along(RevealOrder::confidence);
    evaluate_windows(report, model, texts, effort, options, key);
    return report;
}

}  // namespace seed
