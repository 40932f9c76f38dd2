#include "transformer/config.h"

#include <cmath>

#include "core/json.h"
#include "core/number.h"

namespace seed {
namespace {

using nlohmann::json;

void require_value(const json& config, const char* key, const json& built) {
    const auto found = config.find(key);
    if (found == config.end() || found->is_null() || *found == built) return;
    fail("{}: expected {}, as nothing else is built, got {}", key, shown(built), shown(*found));
}

// Rotary angles as they are: no scaling by length. Newer files keep theta here as well.
void require_plain_rope(const json& config, const char* key) {
    const auto found = config.find(key);
    if (found == config.end() || found->is_null()) return;
    bool is_plain = found->is_object();
    for (const auto& [name, value] : found->items()) {
        const bool is_type = name == "rope_type" || name == "type";
        is_plain = is_plain && ((is_type && value == "default") ||
                                (name == "rope_theta" && value == config["rope_theta"]));
    }
    if (!is_plain) fail("{}: expected none, as no scaling is built, got {}", key, shown(*found));
}

void require_full_attention(const json& config) {
    require_value(config, "use_sliding_window", false);
    const auto types = config.find("layer_types");
    if (types == config.end()) return;
    for (const json& type : *types) {
        if (type == "full_attention") continue;
        fail("layer_types: expected \"full_attention\", as nothing else is built, got {}",
             shown(type));
    }
}

// A Llama is a Qwen2 without biases. With them it has one in the output projection, too.
void require_architecture(const json& config, bool qkv_bias) {
    const auto type = config.find("model_type");
    if (type == config.end() || *type == "qwen2") return;
    require(*type == "llama", "model_type: expected \"qwen2\" or \"llama\", got {}", shown(*type));
    require(!qkv_bias, "attention_bias: expected false for model_type \"llama\", whose o_proj bias "
                       "is not built, got true");
}

// Refuses what makes another model of the same sizes.
void require_built(const json& config, bool qkv_bias) {
    require_architecture(config, qkv_bias);
    require_full_attention(config);
    require_plain_rope(config, "rope_scaling");
    require_plain_rope(config, "rope_parameters");
    require_value(config, "partial_rotary_factor", 1);
    require_value(config, "hidden_act", "silu");
    require_value(config, "mlp_bias", false);
    require_value(config, "attention_dropout", 0);
    for (const char* key : {"quantization_config", "final_logit_softcapping",
                            "attn_logit_softcapping"}) {
        require_value(config, key, nullptr);
    }
    for (const char* key : {"use_qk_norm", "qk_norm", "qk_layernorm"}) {
        require_value(config, key, false);
    }
}

}  // namespace

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
    const auto check_size = [](const char* name, Index size, Index most) {
        require(size >= 1 && size <= most, "{}: expected 1 ... {}, got {}", name, most, size);
    };
    constexpr Index most = 1 << 20;
    check_size("--vocab-size, vocab_size", c.vocab_size, most);
    check_size("--hidden-size, hidden_size", c.hidden_size, most);
    check_size("--layers, num_hidden_layers", c.layers, 1024);
    check_size("--heads, num_attention_heads", c.heads, most);
    check_size("--kv-heads, num_key_value_heads", c.kv_heads, most);
    check_size("--head-size, head_dim", c.head_size, most);
    check_size("--intermediate, intermediate_size", c.intermediate, most);
    require(c.heads % c.kv_heads == 0,
            "--heads, --kv-heads: expected heads in whole groups, got {} / {}", c.heads,
            c.kv_heads);
    require(c.head_size % 2 == 0, "--head-size, head_dim: expected an even number, got {}",
            c.head_size);
    require(c.mask_token >= 0 && c.mask_token < c.vocab_size,
            "mask_token_id: expected 0 ... {}, got {}", c.vocab_size - 1, c.mask_token);
    require(c.rope_theta > 0 && std::isfinite(c.rope_theta),
            "--rope-theta, rope_theta: expected a finite number > 0, got {}", c.rope_theta);
    require(c.rms_eps > 0 && fits_float(c.rms_eps),
            "rms_norm_eps: expected a number > 0 that a float holds, got {}", c.rms_eps);
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
    require_built(json, c.qkv_bias);
    check_config(c);
    return c;
}

}  // namespace seed
