// The bodies of likelihood_report.h.
#pragma once

#include "core/progress.h"
#include "evaluation/likelihood_report.h"
#include "transformer/autoregressive.h"

namespace seed {

std::vector<EvaluationText> first_texts(const std::vector<EvaluationText>& texts, Index count);
std::vector<MaskableText> maskable(const std::vector<EvaluationText>& texts);
// A window of consecutive content tokens of each text, at a random place.
std::vector<MaskableText> windows(const std::vector<EvaluationText>& texts, Index tokens,
                                  RandomKey key);
double mean_per_position(const std::vector<double>& nats, const std::vector<MaskableText>& texts);
// How many masked states all estimators take together.
Index state_count(const std::vector<MaskableText>& texts, const std::vector<MaskableText>& few,
                  const std::vector<MaskableText>& windows, Index samples);

template <class Space>
void evaluate_windows(LikelihoodReport& report, Transformer<Space>& model,
                      const std::vector<MaskableText>& chosen, const LikelihoodOptions& options,
                      RandomKey key) {
    report.window_exact = mean_per_position(exact_nelbo(model, chosen, options), chosen);
    report.window_monte_carlo =
        mean_per_position(monte_carlo_nelbo(model, chosen, options, key), chosen);
    report.window_left_to_right = mean_per_position(
        chain_rule_nll(model, chosen, RevealOrder::left_to_right, options), chosen);
    report.window_confidence =
        mean_per_position(chain_rule_nll(model, chosen, RevealOrder::confidence, options), chosen);
}

// Some texts at a time: any number of them fits into memory.
template <class Space>
std::vector<double> next_token_nll(Transformer<Space>& model,
                                   const std::vector<EvaluationText>& texts) {
    constexpr Index batch = 64;
    Progress progress("likelihood", Index(texts.size()), stderr, patience);
    std::vector<double> nats;
    while (nats.size() < texts.size()) {
        std::vector<Canvas> canvases;
        for (Index i = nats.size(); i < Index(texts.size()) && Index(canvases.size()) < batch;
             ++i) {
            canvases.push_back(texts[i].canvas);
        }
        const std::vector<double> some = autoregressive_nll(model, canvases);
        nats.insert(nats.end(), some.begin(), some.end());
        progress.update(Index(nats.size()));
    }
    progress.finish();
    return nats;
}

template <class Space>
LikelihoodReport evaluate_likelihood(Transformer<Space>& model, const RunConfig& config,
                                     const TextSource& source, const LikelihoodEffort& effort) {
    const std::vector<EvaluationText> texts = source.held_out(effort.texts);
    LikelihoodReport report;
    report.texts = Index(texts.size());
    if (config.objective == Objective::autoregressive) {
        report.left_to_right = normalise(next_token_nll(model, texts), texts);
        return report;
    }
    const RandomKey key = RandomKey{config.seed}.fork("evaluation");
    const std::vector<EvaluationText> few = first_texts(texts, effort.chain_texts);
    const std::vector<MaskableText> chosen =
        windows(first_texts(texts, effort.window_texts), effort.window_tokens, key.fork("windows"));
    Progress progress("likelihood",
                      state_count(maskable(texts), maskable(few), chosen, effort.samples), stderr,
                      patience);
    Index done = 0;
    const LikelihoodOptions options{
        .schedule = config.loss.schedule, .samples = effort.samples, .on_states = [&](Index count) {
            progress.update(done += count);
        }};

    const std::vector<double> nats = monte_carlo_nelbo(model, maskable(texts), options, key);
    report.nelbo = normalise(nats, texts);
    report.standard_error = standard_error(nats, texts);
    const auto along = [&](RevealOrder order) {
        return normalise(chain_rule_nll(model, maskable(few), order, options), few);
    };
    report.left_to_right = along(RevealOrder::left_to_right);
    report.confidence = along(RevealOrder::confidence);
    report.window_tokens = effort.window_tokens;
    evaluate_windows(report, model, chosen, options, key);
    progress.finish();
    return report;
}

}  // namespace seed
