// A model, prompts of different lengths and ways to decode them.
#pragma once

#include "block_decoding/block_denoise.h"
#include "tests/transformer/random_model.h"

namespace seed {

using Ids = std::vector<std::int32_t>;

constexpr Index positions = 27;

// Rows of whole cache lines, as in every model that is trained here; grouped heads and biases.
inline ModelConfig wide_config() {
    ModelConfig config;
    config.vocab_size = 21;
    config.hidden_size = 32;
    config.layers = 3;
    config.heads = 4;
    config.kv_heads = 2;
    config.head_size = 16;
    config.intermediate = 48;
    config.mask_token = 3;
    return config;
}

// Of 1 to 19 tokens.
inline std::vector<Ids> random_prompts(Index count) {
    std::vector<Ids> prompts;
    for (Index s = 0; s < count; ++s) {
        const Index length = 1 + (5 * s) % 19;
        prompts.push_back(random_tokens(length, 21, test_key("prompt").fork(std::uint64_t(s))));
    }
    return prompts;
}

// By threshold, by count, by the reverse process with drawn tokens, and by entropy; and once more by
// threshold with tokens that are rewritten.
inline std::vector<BlockOptions> all_rules(Index block) {
    std::vector<BlockOptions> all(5);
    for (BlockOptions& options : all) options.block = block, options.fill.steps = 3;
    all[0].fill.threshold = 0.4;
    all[1].fill.rule = RevealRule::count;
    all[2].fill.rule = RevealRule::ancestral;
    all[2].fill.temperature = 1;
    all[3].fill.rule = RevealRule::entropy, all[3].fill.entropy_bound = 4;
    all[4].fill.threshold = 0.1, all[4].tau_edit = 0.15, all[4].passes = 3;
    return all;
}

}  // namespace seed
