// The bodies of ParameterSet.
#pragma once

#include "transformer/parameters.h"

namespace seed {

template <class Space>
ParameterSet<Space>::ParameterSet(const ModelConfig& config) : ParameterSet(shapes_only(config)) {
    arena_.allocate();
    lay_out(config);
}

template <class Space>
ParameterSet<Space> ParameterSet<Space>::shapes_only(const ModelConfig& config) {
    check_config(config);
    ParameterSet shapes;
    shapes.arena_.start_counting();
    shapes.lay_out(config);
    return shapes;
}

template <class Space>
typename Space::View ParameterSet<Space>::add(std::string name, Index rows, Index cols) {
    const View view = arena_.take(rows, cols);
    named_.push_back({std::move(name), view, rows > 1});
    return view;
}

template <class Space>
void ParameterSet<Space>::lay_out(const ModelConfig& c) {
    named_.clear();
    layers.clear();
    embedding = add("model.embed_tokens.weight", c.vocab_size, c.hidden_size);
    for (Index l = 0; l < c.layers; ++l) {
        lay_out_layer(c, "model.layers." + std::to_string(l) + ".");
    }
    final_gain = add("model.norm.weight", 1, c.hidden_size);
    head = c.tied_head ? embedding : add("lm_head.weight", c.vocab_size, c.hidden_size);
}

template <class Space>
void ParameterSet<Space>::lay_out_layer(const ModelConfig& c, const std::string& prefix) {
    const Index q_size = c.heads * c.head_size, kv_size = c.kv_heads * c.head_size;
    LayerParameters<View> layer;
    layer.attention_gain = add(prefix + "input_layernorm.weight", 1, c.hidden_size);
    layer.q_weight = add(prefix + "self_attn.q_proj.weight", q_size, c.hidden_size);
    layer.k_weight = add(prefix + "self_attn.k_proj.weight", kv_size, c.hidden_size);
    layer.v_weight = add(prefix + "self_attn.v_proj.weight", kv_size, c.hidden_size);
    if (c.qkv_bias) {
        layer.q_bias = add(prefix + "self_attn.q_proj.bias", 1, q_size);
        layer.k_bias = add(prefix + "self_attn.k_proj.bias", 1, kv_size);
        layer.v_bias = add(prefix + "self_attn.v_proj.bias", 1, kv_size);
    }
    layer.o_weight = add(prefix + "self_attn.o_proj.weight", c.hidden_size, q_size);
    layer.mlp_gain = add(prefix + "post_attention_layernorm.weight", 1, c.hidden_size);
    layer.gate_weight = add(prefix + "mlp.gate_proj.weight", c.intermediate, c.hidden_size);
    layer.up_weight = add(prefix + "mlp.up_proj.weight", c.intermediate, c.hidden_size);
    layer.down_weight = add(prefix + "mlp.down_proj.weight", c.hidden_size, c.intermediate);
    layers.push_back(layer);
}

template <class Space>
Index ParameterSet<Space>::count() const {
    Index total = 0;
    for (const auto& parameter : named_) total += parameter.view.size();
    return total;
}

}  // namespace seed
