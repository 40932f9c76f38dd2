#include "transformer/config.h"

#include <nlohmann/json.hpp>

namespace seed {

ModelConfig preset_config(std::string_view name) {
    ModelConfig config;
    if (name == "tiny") return config;
    require(name == "small", "preset: expected tiny or small, got {}", name);
    config.hidden_size = 320;
    config.layers = 8;
    config.heads = 20;
    config.kv_heads = 10;
    config.intermediate = 896;
    return config;
}

void check_config(const ModelConfig& c) {
    const auto in_range = [](Index size) { return size >= 1 && size <= 1 << 20; };
    require(in_range(c.vocab_size) && in_range(c.hidden_size) && in_range(c.layers) &&
                in_range(c.heads) && in_range(c.kv_heads) && in_range(c.head_size) &&
                in_range(c.intermediate),
            "model config: expected sizes in 1 ... 2^20, got V {} C {} L {} H {} K {} D {} F {}",
            c.vocab_size, c.hidden_size, c.layers, c.heads, c.kv_heads, c.head_size,
            c.intermediate);
    require(c.layers <= 1024, "model config: expected at most 1024 layers, got {}", c.layers);
    require(c.heads % c.kv_heads == 0, "model config: expected heads in whole groups, got {} / {}",
            c.heads, c.kv_heads);
    require(c.head_size % 2 == 0, "model config: expected an even head size, got {}", c.head_size);
    require(c.mask_token >= 0 && c.mask_token < c.vocab_size,
            "model config: expected a mask token in [0, {}), got {}", c.vocab_size, c.mask_token);
    require(c.rope_theta > 0 && c.rms_eps > 0, "model config: expected theta, eps > 0, got {}, {}",
            c.rope_theta, c.rms_eps);
}

nlohmann::json config_to_json(const ModelConfig& c) {
    return {{"model_type", "qwen2"},
            {"vocab_size", c.vocab_size},
            {"hidden_size", c.hidden_size},
            {"num_hidden_layers", c.layers},
            {"num_attention_heads", c.heads},
            {"num_key_value_heads", c.kv_heads},
            {"head_dim", c.head_size},
            {"intermediate_size", c.intermediate},
            {"rope_theta", c.rope_theta},
            {"rms_norm_eps", c.rms_eps},
            {"attention_bias", c.qkv_bias},
            {"tie_word_embeddings", c.tied_head},
            {"mask_token_id", c.mask_token}};
}

ModelConfig config_from_json(const nlohmann::json& json, std::string_view name) {
    ModelConfig c;
    try {
        for (const char* size : {"vocab_size", "hidden_size", "num_hidden_layers",
                                 "num_attention_heads", "num_key_value_heads", "head_dim",
                                 "intermediate_size", "mask_token_id"}) {
            require(json.at(size).is_number_integer(), "{}: {}: expected a whole number, got {}",
                    name, size, json.at(size).dump());
        }
        json.at("vocab_size").get_to(c.vocab_size);
        json.at("hidden_size").get_to(c.hidden_size);
        json.at("num_hidden_layers").get_to(c.layers);
        json.at("num_attention_heads").get_to(c.heads);
        json.at("num_key_value_heads").get_to(c.kv_heads);
        json.at("head_dim").get_to(c.head_size);
        json.at("intermediate_size").get_to(c.intermediate);
        json.at("rope_theta").get_to(c.rope_theta);
        json.at("rms_norm_eps").get_to(c.rms_eps);
        json.at("attention_bias").get_to(c.qkv_bias);
        json.at("tie_word_embeddings").get_to(c.tied_head);
        json.at("mask_token_id").get_to(c.mask_token);
    } catch (const nlohmann::json::exception& error) {
        fail("{}: expected a model configuration, got: {}", name, error.what());
    }
    check_config(c);
    return c;
}

}  // namespace seed
