// How likely a model finds texts it has never seen, by three estimators.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "mask_corruption/likelihood.h"
#include "runs/text_source.h"

namespace seed {

// Nats per token and bits per byte of the text behind the prompt. Tokens are counted up to the
// first eos; the padding behind it is part of the bound but counts as no token.
struct Likelihood {
    double nats_per_token = 0;
    double bits_per_byte = 0;
    // The texts' own nats per token in the world that made them, where every one is known
    std::optional<double> limit_nats_per_token = {};

    std::optional<double> above_limit() const;  // nats per token
};

// Of texts that cost so many nats each.
Likelihood normalise(const std::vector<double>& nats, const std::vector<EvaluationText>& texts);

// Of the mean nats per token, from the spread between the texts; 0 where there is a single one.
double standard_error(const std::vector<double>& nats, const std::vector<EvaluationText>& texts);

// JSON: texts, nelbo_nats_per_token, nelbo_bits_per_byte, nelbo_limit_nats_per_token (null where it
// is not known, as of a corpus), nelbo_standard_error (nats per token, over texts), left_to_right_*
// and confidence_* (fewer texts, and the limit of those); and on a window of window_tokens tokens
// per text (the rest of the text is given): window_exact_nats_per_token, window_monte_carlo_*,
// window_left_to_right_*, window_confidence_*. An autoregressive model has left_to_right_* alone.
struct LikelihoodReport {
    Index texts = 0;
    std::optional<Likelihood> nelbo;  // Monte Carlo
    double standard_error = 0;
    std::optional<Likelihood> left_to_right, confidence;
    Index window_tokens = 0;
    double window_exact = 0, window_monte_carlo = 0;  // nats per token
    double window_left_to_right = 0, window_confidence = 0;
};

struct LikelihoodEffort {
    Index texts = 64;        // for Monte Carlo
    Index samples = 32;      // noise levels per text
    Index chain_texts = 16;  // for the chain rule, one model run per token
    Index window_texts = 8;  // for the exact sum, 2^window_tokens model runs each
    Index window_tokens = 8;
};

template <class Space>
LikelihoodReport evaluate_likelihood(Transformer<Space>& model, const RunConfig& config,
                                     const TextSource& source, const LikelihoodEffort& effort);

nlohmann::ordered_json to_json(const LikelihoodReport& report);

}  // namespace seed
