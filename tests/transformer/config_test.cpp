#include "transformer/config.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;
using nlohmann::json;

namespace {

using Members = std::vector<std::pair<std::string, json>>;

json config_with(const Members& members) {
    json config = config_to_json(preset_config("tiny"));
    for (const auto& [key, value] : members) config[key] = value;
    return config;
}

// The member that the message names first; empty if the configuration is accepted.
std::string refused_member(const Members& members) {
    const json config = config_with(members);
    const std::string error = error_of([&] { config_from_json(config); });
    return error.substr(0, error.find(':'));
}

}  // namespace

TEST_CASE("a configuration comes back from JSON as it was") {
    for (const char* name : {"tiny", "small"}) {
        const ModelConfig config = preset_config(name);
        CHECK(config_from_json(config_to_json(config)) == config);
    }
}

TEST_CASE("every member of a configuration is written and read, none at its default") {
    const ModelConfig config{.vocab_size = 33,
                             .hidden_size = 5,
                             .layers = 7,
                             .heads = 6,
                             .kv_heads = 3,
                             .head_size = 10,
                             .intermediate = 9,
                             .rope_theta = 77,
                             .rms_eps = 3e-4,
                             .qkv_bias = false,
                             .tied_head = false,
                             .mask_token = 21};
    const json written = config_to_json(config);
    CHECK(config_from_json(written) == config);
    const json defaults = config_to_json(ModelConfig{});
    for (const auto& [key, value] : written.items()) {
        CAPTURE(key);
        if (key != "model_type") CHECK(value != defaults[key]);
    }
}

TEST_CASE("the mask token is one of the vocabulary") {
    const std::int32_t size = config_with({})["vocab_size"];
    for (const std::int32_t token : {0, size - 1}) {
        CHECK(refused_member({{"mask_token_id", token}}).empty());
    }
    for (const std::int32_t token : {-1, size, size + 1}) {
        CHECK(refused_member({{"mask_token_id", token}}) == "mask_token_id");
    }
}

TEST_CASE("the presets have the sizes that the chapters name") {
    const ModelConfig tiny = preset_config("tiny"), small = preset_config("small");
    CHECK(std::vector<Index>{tiny.hidden_size, tiny.layers, tiny.heads, tiny.kv_heads,
                             tiny.head_size,
                             tiny.intermediate} == std::vector<Index>{128, 8, 8, 4, 16, 128});
    CHECK(std::vector<Index>{small.hidden_size, small.layers, small.heads, small.kv_heads,
                             small.head_size,
                             small.intermediate} == std::vector<Index>{320, 8, 20, 10, 16, 896});
    CHECK(error_of([] { preset_config("huge"); }) == "preset: expected tiny or small, got huge");
}

TEST_CASE("what makes another model of the same sizes is refused by name") {
    const json yarn{{"rope_type", "yarn"}, {"factor", 4.0}};
    const Members members{{"rope_scaling", yarn},
                          {"rope_scaling", {{"type", "linear"}, {"factor", 2}}},
                          {"rope_scaling", {{"type", "default"}, {"factor", 2}}},
                          {"rope_scaling", true},
                          {"rope_scaling", 2},
                          {"rope_parameters", yarn},
                          {"rope_parameters", {{"rope_type", "default"}, {"rope_theta", 5}}},
                          {"partial_rotary_factor", 0.5},
                          {"use_sliding_window", true},
                          {"layer_types", {"full_attention", "sliding_attention"}},
                          {"hidden_act", "relu"},
                          {"hidden_act", "gelu"},
                          {"mlp_bias", true},
                          {"attention_dropout", 0.1},
                          {"quantization_config", {{"bits", 4}}},
                          {"final_logit_softcapping", 30.0},
                          {"attn_logit_softcapping", 50.0},
                          {"use_qk_norm", true},
                          {"qk_norm", true},
                          {"qk_layernorm", true},
                          {"model_type", "gemma"},
                          {"model_type", "qwen3"},
                          {"model_type", nullptr}};
    for (const auto& [key, value] : members) {
        CAPTURE(key, value.dump());
        CHECK(refused_member({{key, value}}) == key);
    }
    CHECK(error_of([] {
              config_from_json(config_with({{"hidden_act", "relu"}}));
          }) == "hidden_act: expected \"silu\", as nothing else is built, got \"relu\"");
}

TEST_CASE("values that leave the model as it is are accepted") {
    const json theta = config_with({})["rope_theta"];
    const Members members{{"rope_scaling", nullptr},
                          {"rope_scaling", {{"rope_type", "default"}}},
                          {"rope_parameters", {{"rope_type", "default"}, {"rope_theta", theta}}},
                          {"partial_rotary_factor", 1.0},
                          {"use_sliding_window", false},
                          {"use_sliding_window", nullptr},
                          {"sliding_window", 4096},
                          {"layer_types", {"full_attention", "full_attention"}},
                          {"layer_types", nullptr},
                          {"hidden_act", "silu"},
                          {"mlp_bias", false},
                          {"attention_dropout", 0.0},
                          {"quantization_config", nullptr},
                          {"use_qk_norm", false},
                          {"use_cache", true}};
    for (const auto& [key, value] : members) {
        CAPTURE(key, value.dump());
        CHECK(refused_member({{key, value}}).empty());
    }
}

TEST_CASE("a Llama is accepted where it is the same function: without biases") {
    CHECK(refused_member({{"model_type", "llama"}, {"attention_bias", false}}).empty());
    CHECK(refused_member({{"model_type", "llama"}, {"attention_bias", true}}) == "attention_bias");
}

TEST_CASE("theta and eps are numbers as the model uses them") {
    const double infinity = std::numeric_limits<double>::infinity();
    const auto checked = [](double theta, double eps) {
        ModelConfig config;
        config.rope_theta = theta;
        config.rms_eps = eps;
        const std::string error = error_of([&] { check_config(config); });
        return error.substr(0, error.find(':'));
    };
    for (double theta : {0.0, -1.0, infinity, infinity - infinity}) {
        CHECK(checked(theta, 1e-6) == "--rope-theta, rope_theta");
    }
    for (double eps : {0.0, -1.0, 1e-50, 1e-40, 1e39, infinity, infinity - infinity}) {
        CHECK(checked(100, eps) == "rms_norm_eps");
    }
    CHECK(checked(1e300, 1.2e-38).empty());
}
