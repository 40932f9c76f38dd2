// The bodies of transformer.h: what the model computes, forwards and backwards.
#pragma once

#include "transformer/cross_entropy.h"
#include "transformer/embedding.h"
#include "transformer/matmul.h"
#include "transformer/residual.h"
#include "transformer/rms_norm.h"
#include "transformer/rope.h"
#include "transformer/swiglu.h"
#include "transformer/transformer.h"

namespace seed {

template <class Space>
Transformer<Space>::Transformer(const ModelConfig& config, ParameterSet<Space> parameters)
    : config_(config), parameters_(std::move(parameters)) {
    check_config(config_);
}

template <class Space>
typename Space::View Transformer<Space>::logits(const TokenBatch& batch,
                                                std::span<const Index> rows) {
    prepare(batch, Index(rows.size()), false);
    forward(batch, rows);
    return act_.logits;
}

// [transformer.forward]
template <class Space>
void Transformer<Space>::forward(const TokenBatch& batch, std::span<const Index> rows) {
    rope_table(act_.cos_sin, config_.rope_theta);
    embedding_forward(act_.layers[0].x, batch.ids, parameters_.embedding);
    for (Index l = 0; l < config_.layers; ++l) forward_layer(l);
    rms_norm_forward(act_.normed, act_.rstd, act_.x, parameters_.final_gain,
                     Scalar(config_.rms_eps));
    gather_rows(act_.selected, act_.normed, rows);                 // (M, C)
    matmul_forward(act_.logits, act_.selected, parameters_.head);  // (M, V)
    forbid_token(act_.logits, config_.mask_token);
}

template <class Space>
void Transformer<Space>::forward_layer(Index l) {
    const LayerParameters<View>& w = parameters_.layers[l];
    LayerActivations<View>& a = act_.layers[l];
    const View x_next = l + 1 < config_.layers ? act_.layers[l + 1].x : act_.x;
    const Scalar eps = Scalar(config_.rms_eps);

    // Attend: every position collects from the positions that it may see
    rms_norm_forward(a.normed, a.rstd, a.x, w.attention_gain, eps);  // (N, C)
    matmul_forward(a.q, a.normed, w.q_weight);                       // (N, H * D)
    matmul_forward(a.k, a.normed, w.k_weight);                       // (N, K * D)
    matmul_forward(a.v, a.normed, w.v_weight);                       // (N, K * D)
    if (config_.qkv_bias) {
        add_bias(a.q, w.q_bias);
        add_bias(a.k, w.k_bias);
        add_bias(a.v, w.v_bias);
    }
    rope_forward(a.q, act_.cos_sin);
    rope_forward(a.k, act_.cos_sin);
    attention_forward(a.attended, a.probabilities, a.q, a.k, a.v, shape_);
    matmul_forward(act_.branch, a.attended, w.o_weight);  // (N, C)
    add_forward(a.x_mid, a.x, act_.branch);

    // Think: the same feed-forward unit at every position
    rms_norm_forward(a.mlp_normed, a.mlp_rstd, a.x_mid, w.mlp_gain, eps);
    matmul_forward(a.gate, a.mlp_normed, w.gate_weight);  // (N, F)
    matmul_forward(a.up, a.mlp_normed, w.up_weight);      // (N, F)
    swiglu_forward(a.hidden, a.gate, a.up);
    matmul_forward(act_.branch, a.hidden, w.down_weight);  // (N, C)
    add_forward(x_next, a.x_mid, act_.branch);
}
// [/transformer.forward]

// [transformer.backward]
template <class Space>
void Transformer<Space>::backward(ParameterSet<Space>& gradient, const TokenBatch& batch) {
    fill(act_.dlogits, 0);
    cross_entropy_backward(act_.dlogits, act_.logits, act_.lse, targets_, act_.weights);
    matmul_backward_weight(gradient.head, act_.dlogits, act_.selected);
    fill(act_.dselected, 0);
    matmul_backward_input(act_.dselected, act_.dlogits, parameters_.head);
    fill(act_.dnormed, 0);
    gather_rows_backward(act_.dnormed, act_.dselected, rows_);
    fill(act_.dx, 0);
    rms_norm_backward(act_.dx, gradient.final_gain, act_.dnormed, act_.x, act_.rstd,
                      parameters_.final_gain);
    for (Index l = config_.layers - 1; l >= 0; --l) {
        backward_mlp(gradient.layers[l], l);
        backward_attention(gradient.layers[l], l);
    }
    embedding_backward(gradient.embedding, batch.ids, act_.dx);
}

// dx is the gradient of the residual stream: it passes each branch unchanged, and the branch adds
// its own share through the normalisation.
template <class Space>
void Transformer<Space>::backward_mlp(LayerParameters<View>& g, Index l) {
    const LayerParameters<View>& w = parameters_.layers[l];
    const LayerActivations<View>& a = act_.layers[l];
    for (View d : {act_.dhidden, act_.dgate, act_.dup, act_.dnormed}) fill(d, 0);
    matmul_backward_weight(g.down_weight, act_.dx, a.hidden);
    matmul_backward_input(act_.dhidden, act_.dx, w.down_weight);
    swiglu_backward(act_.dgate, act_.dup, act_.dhidden, a.gate, a.up);
    matmul_backward_weight(g.gate_weight, act_.dgate, a.mlp_normed);
    matmul_backward_weight(g.up_weight, act_.dup, a.mlp_normed);
    matmul_backward_input(act_.dnormed, act_.dgate, w.gate_weight);
    matmul_backward_input(act_.dnormed, act_.dup, w.up_weight);
    rms_norm_backward(act_.dx, g.mlp_gain, act_.dnormed, a.x_mid, a.mlp_rstd, w.mlp_gain);
}

template <class Space>
void Transformer<Space>::backward_attention(LayerParameters<View>& g, Index l) {
    const LayerParameters<View>& w = parameters_.layers[l];
    const LayerActivations<View>& a = act_.layers[l];
    for (View d : {act_.dattended, act_.dq, act_.dk, act_.dv, act_.dnormed}) fill(d, 0);
    matmul_backward_weight(g.o_weight, act_.dx, a.attended);
    matmul_backward_input(act_.dattended, act_.dx, w.o_weight);
    attention_backward(act_.dq, act_.dk, act_.dv, act_.dattended, a.probabilities, a.q, a.k, a.v,
                       shape_);
    rope_backward(act_.dq, act_.cos_sin);
    rope_backward(act_.dk, act_.cos_sin);
    if (config_.qkv_bias) {
        add_bias_backward(g.q_bias, act_.dq);
        add_bias_backward(g.k_bias, act_.dk);
        add_bias_backward(g.v_bias, act_.dv);
    }
    matmul_backward_weight(g.q_weight, act_.dq, a.normed);
    matmul_backward_weight(g.k_weight, act_.dk, a.normed);
    matmul_backward_weight(g.v_weight, act_.dv, a.normed);
    matmul_backward_input(act_.dnormed, act_.dq, w.q_weight);
    matmul_backward_input(act_.dnormed, act_.dk, w.k_weight);
    matmul_backward_input(act_.dnormed, act_.dv, w.v_weight);
    rms_norm_backward(act_.dx, g.attention_gain, act_.dnormed, a.x, a.rstd, w.attention_gain);
}
// [/transformer.backward]

}  // namespace seed
