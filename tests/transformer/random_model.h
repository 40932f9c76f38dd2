// Small transformers with random weights, for the tests of everything that runs a model.
#pragma once

#include "tests/support/test_array.h"
#include "transformer/transformer.h"

namespace seed {

// Two layers, grouped heads, biases, and no two sizes alike.
inline ModelConfig small_config() {
    ModelConfig config;
    config.vocab_size = 11;
    config.hidden_size = 6;
    config.layers = 2;
    config.heads = 4;
    config.kv_heads = 2;
    config.head_size = 4;
    config.intermediate = 5;
    config.mask_token = 3;
    return config;
}

// Sizes that are no multiples of the task sizes (64 columns, 96 rows, 16384 elements).
inline ModelConfig odd_config() {
    ModelConfig config;
    config.vocab_size = 301;
    config.hidden_size = 70;
    config.layers = 2;
    config.heads = 4;
    config.kv_heads = 2;
    config.head_size = 18;
    config.intermediate = 131;
    config.tied_head = false;
    config.mask_token = 300;
    return config;
}

// Larger weights than a fresh model's, gains that are not 1 and biases that are not 0: predictions
// far from uniform, where mistakes cannot hide.
template <class T>
Transformer<Host<T>> random_model(const ModelConfig& config, std::string_view purpose) {
    ParameterSet<Host<T>> parameters(config);
    for (const auto& [name, view, decays] : parameters.named()) {
        const RandomKey key = test_key(purpose).fork(name);
        const double size = decays ? 3 / std::sqrt(double(view.cols)) : 0.5;
        for (Index i = 0; i < view.size(); ++i) {
            const float value = float(size) * (2 * uniform_float(key, i, 0) - 1);
            view.data[i] = T(name.ends_with("norm.weight") ? 1 + value : value);
        }
    }
    return {config, std::move(parameters)};
}

inline std::vector<std::int32_t> random_tokens(Index count, Index vocabulary, RandomKey key) {
    std::vector<std::int32_t> ids;
    for (Index i = 0; i < count; ++i) {
        ids.push_back(std::int32_t(uniform_double(key, i, 0) * double(vocabulary)));
    }
    return ids;
}

inline TokenBatch random_batch(const ModelConfig& config, Index batch, Index positions,
                               AttentionMask mask, std::string_view purpose) {
    return {batch, positions,
            random_tokens(batch * positions, config.vocab_size, test_key(purpose)), {}, mask};
}

// With targets that are never the mask token (whose logit is -inf) and some weights 0.
inline TrainingBatch random_training_batch(const ModelConfig& config, Index batch, Index positions,
                                           AttentionMask mask, std::string_view purpose) {
    TrainingBatch training{random_batch(config, batch, positions, mask, purpose), {}, {}};
    const RandomKey key = test_key(purpose).fork("targets");
    training.targets = random_tokens(batch * positions, config.vocab_size, key);
    for (Index n = 0; n < batch * positions; ++n) {
        if (training.targets[n] == config.mask_token) training.targets[n] = 0;
        const double u = uniform_double(key, n, 1);
        training.weights.push_back(n % 3 == 1 ? 0 : u / double(batch * positions));
    }
    return training;
}

inline std::vector<Index> all_rows(const TokenBatch& batch) {
    std::vector<Index> rows(batch.ids.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = Index(i);
    return rows;
}

// The logits of every position, kept beyond the next call.
template <class T>
HostMatrix<T> all_logits(Transformer<Host<T>>& model, const TokenBatch& batch) {
    return to_host(model.logits(batch, all_rows(batch)));  // (B * T, V)
}

}  // namespace seed
