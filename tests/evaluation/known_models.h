// Small models of Lua tasks whose answers are known, or wild.
#pragma once

#include <cmath>

#include "runs/training.h"
#include "tests/transformer/random_model.h"

namespace seed {

// One program a prompt, on 128 tokens.
inline const World fixed_world{TaskFamily::generation, Choices::fixed};

inline const Tokenizer& task_tokenizer() {
    static const Tokenizer tokenizer = train_task_tokenizer(400, fixed_world, RandomKey{3});
    return tokenizer;
}

inline RunConfig task_config() {
    RunConfig config;
    config.model = {.vocab_size = task_tokenizer().vocab_size(),
                    .hidden_size = 12,
                    .layers = 1,
                    .heads = 2,
                    .kv_heads = 1,
                    .head_size = 4,
                    .intermediate = 6,
                    .tied_head = false,
                    .mask_token = task_tokenizer().mask_id()};
    config.world = fixed_world;
    config.loss.schedule = NoiseSchedule::cosine;
    config.canvas = 128;
    config.seed = 17;
    return config;
}

// At every position the token has the probability, and the other tokens share the rest.
inline CpuTransformer sure_model(const ModelConfig& config, std::int32_t token,
                                 double probability) {
    ParameterSet<Host<float>> parameters(config);
    fill(parameters.embedding, 1), fill(parameters.final_gain, 1);
    const double others = double(config.vocab_size - 2);  // the mask has none
    parameters.head(token, 0) = float(std::log(probability / (1 - probability) * others));
    return {config, std::move(parameters)};
}

// Far from certain in some places and close to it in others.
inline CpuTransformer wild_model(const ModelConfig& config) {
    return random_model<float>(config, "a wild model");
}

}  // namespace seed
