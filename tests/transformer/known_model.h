// Models whose answers are known without training: their weights are wired by hand.
#pragma once

#include "tests/transformer/random_model.h"

namespace seed {

// At every position, whatever stands there, token v has logits[v]; but the mask has none.
template <class T>
Transformer<Host<T>> constant_model(ModelConfig config, const std::vector<double>& logits) {
    config.tied_head = false;
    ParameterSet<Host<T>> parameters(config);
    fill(parameters.embedding, 1), fill(parameters.final_gain, 1);
    const double one = 1 / std::sqrt(1 + config.rms_eps);  // what ones become by normalisation
    for (Index v = 0; v < config.vocab_size; ++v) parameters.head(v, 0) = T(logits[v] / one);
    return {config, std::move(parameters)};
}

// It is sure that another token belongs where one stands: v + 1 for v, and 0 for the last. It never
// comes to rest, and comes back to a text after V - 1 steps, for the mask is left out.
template <class T>
Transformer<Host<T>> successor_model(ModelConfig config) {
    config.tied_head = false;
    config.hidden_size = config.vocab_size;  // a direction for each token
    ParameterSet<Host<T>> parameters(config);
    fill(parameters.final_gain, 1);
    for (Index v = 0; v < config.vocab_size; ++v) {
        Index next = (v + 1) % config.vocab_size;
        if (next == config.mask_token) next = (next + 1) % config.vocab_size;
        parameters.embedding(v, v) = 1;
        parameters.head(next, v) = 30;
    }
    return {config, std::move(parameters)};
}

}  // namespace seed
