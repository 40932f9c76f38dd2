// The shape of a transformer, with the keys of a Hugging Face Qwen2 config.json.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/array.h"

namespace seed {

struct ModelConfig {
    Index vocab_size = 640;     // V
    Index hidden_size = 128;    // C
    Index layers = 8;           // L
    Index heads = 8;            // H, query heads
    Index kv_heads = 4;         // K, key/value heads
    Index head_size = 16;       // D
    Index intermediate = 128;   // F, feed-forward width
    double rope_theta = 10000;  // half of the angles hardly turn on a canvas: they match content
    double rms_eps = 1e-6;
    bool qkv_bias = true;
    bool tied_head = true;      // the output head is the embedding table
    std::int32_t mask_token = 0;

    bool operator==(const ModelConfig&) const = default;
};

// "tiny" (about 1 M parameters) and "small" (about 10 M); any other name throws.
ModelConfig preset_config(std::string_view name);

// Throws Error unless all sizes are positive, heads fall into whole groups, D is even and the mask
// token lies in the vocabulary.
void check_config(const ModelConfig& config);

nlohmann::json config_to_json(const ModelConfig& config);

// Throws Error, naming the member that is wrong, or that asks for another model than is built here:
// scaled rotary angles, a sliding window, another activation. Values that mean "off" are accepted,
// and so is a Llama without biases, which is the same function.
ModelConfig config_from_json(const nlohmann::json& json);

}  // namespace seed
