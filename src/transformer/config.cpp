#include "transformer/config.h"

#include "core/json.h"

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
    return {{"model_type", "qwen2"},          {"vocab_size", c.vocab_size},
            {"hidden_size", c.hidden_size},   {"num_hidden_layers", c.layers},
            {"num_attention_heads", c.heads}, {"num_key_value_heads", c.kv_heads},
            {"head_dim", c.head_size},        {"intermediate_size", c.intermediate},
            {"rope_theta", c.rope_theta},     {"rms_norm_eps", c.rms_eps},
            {"attention_bias", c.qkv_bias},   {"tie_word_embeddings", c.tied_head},
            {"mask_token_id", c.mask_token}};
}

ModelConfig config_from_json(const nlohmann::json& json) {
    ModelConfig c;
    read_member(json, "vocab_size", c.vocab_size);
    read_member(json, "hidden_size", c.hidden_size);
    read_member(json, "num_hidden_layers", c.layers);
    read_member(json, "num_attention_heads", c.heads);
    read_member(json, "num_key_value_heads", c.kv_heads);
    read_member(json, "head_dim", c.head_size);
    read_member(json, "intermediate_size", c.intermediate);
    read_member(json, "rope_theta", c.rope_theta);
    read_member(json, "rms_norm_eps", c.rms_eps);
    read_member(json, "attention_bias", c.qkv_bias);
    read_member(json, "tie_word_embeddings", c.tied_head);
    read_member(json, "mask_token_id", c.mask_token);
    check_config(c);
    return c;
}

}  // namespace seed
