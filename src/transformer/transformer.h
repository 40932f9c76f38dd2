// The transformer: the block of Qwen2 and Llama, with any prefix-shaped attention mask.
//
//   x      = embedding[ids]
//   x      = x + Wo attention(rope(Wq n + bq), rope(Wk n + bk), Wv n + bv),   n = rms_norm(x)
//   x      = x + Wdown swiglu(Wgate n, Wup n),                                n = rms_norm(x)
//   logits = Whead rms_norm(x), with the mask token's logit at -inf
//
// One set of weights serves every mask: nothing here knows whether the model is trained to denoise
// (full attention) or to predict the next token (block_causal(1)).
#pragma once

#include <span>
#include <vector>

#include "transformer/attention.h"
#include "transformer/parameters.h"

namespace seed {

// B sequences of T tokens.
struct TokenBatch {
    Index batch = 0;                   // B
    Index positions = 0;               // T
    std::vector<std::int32_t> ids;     // (B, T)
    std::vector<std::int32_t> lengths; // (B) tokens that are no padding; empty: all T
    AttentionMask mask;
};

// A batch and what to learn from it: loss = sum_n weights[n] (-log p(targets[n] | ids)), in nats.
struct TrainingBatch {
    TokenBatch input;
    std::vector<std::int32_t> targets;  // (B, T), read where weights is not 0
    std::vector<double> weights;        // (B, T)
};

template <class View>
struct LayerActivations {
    View x, normed, rstd;           // (N, C), (N, C), (N, 1)
    View q, k, v;                   // (N, H * D), (N, K * D), (N, K * D), q and k after RoPE
    View probabilities, attended;   // (B * H * T, T), (N, H * D)
    View x_mid, mlp_normed, mlp_rstd;  // (N, C), (N, C), (N, 1)
    View gate, up, hidden;          // (N, F)
};

template <class View>
struct Activations {
    std::vector<LayerActivations<View>> layers;
    View x, normed, rstd, branch;        // (N, C), (N, C), (N, 1), (N, C)
    View selected, logits;               // (M, C), (M, V): the M rows that are asked for
    View weights, losses, lse;           // (M, 1)
    View dlogits, dselected;             // (M, V), (M, C)
    View dx, dnormed;                    // (N, C)
    View dq, dk, dv, dattended;          // (N, H * D), (N, K * D), (N, K * D), (N, H * D)
    View dgate, dup, dhidden;            // (N, F)
    View cos_sin;                        // (T, D)
};

template <class Space>
class Transformer {
public:
    using Scalar = typename Space::Scalar;
    using View = typename Space::View;

    Transformer(const ModelConfig& config, ParameterSet<Space> parameters);

    // Logits (M, V) at the given rows (b * T + t) of the batch. The view is valid until the next
    // call. Throws where the batch's shapes do not fit or a token lies outside the vocabulary.
    View logits(const TokenBatch& batch, std::span<const Index> rows);

    // log p(targets[m] | ids) at rows[m] (b * T + t), in nats.
    std::vector<double> log_likelihoods(const TokenBatch& batch, std::span<const Index> rows,
                                        std::span<const std::int32_t> targets);

    // The loss of a batch in nats: the sum of its weighted cross entropies, added up in double.
    double loss(const TrainingBatch& batch);
    // As loss, and adds the loss's gradient to `gradient`.
    double loss_and_gradient(ParameterSet<Space>& gradient, const TrainingBatch& batch);

    const ModelConfig& config() const { return config_; }
    ParameterSet<Space>& parameters() { return parameters_; }
    const ParameterSet<Space>& parameters() const { return parameters_; }

private:
    void score(const TokenBatch& batch, const std::vector<double>& weights, bool with_gradient);
    std::vector<double> losses_on_host() const;
    void prepare(const TokenBatch& batch, Index selected_rows, bool with_gradient);
    void lay_out(const TokenBatch& batch, Index selected_rows, bool with_gradient);
    void forward(const TokenBatch& batch, std::span<const Index> rows);
    void forward_layer(Index l);
    double weighted_loss(const TrainingBatch& batch, bool with_gradient);
    void backward(ParameterSet<Space>& gradient, const TokenBatch& batch);
    void backward_mlp(LayerParameters<View>& gradient, Index l);
    void backward_attention(LayerParameters<View>& gradient, Index l);

    ModelConfig config_;
    ParameterSet<Space> parameters_;
    Arena<Space> arena_;
    Activations<View> act_;
    AttentionShape shape_;                // of the current batch
    std::vector<std::int32_t> lengths_;   // of the current batch, one for each sequence
    std::vector<Index> rows_;             // of the current batch, where logits are wanted
    std::vector<std::int32_t> targets_;   // at those rows
};

}  // namespace seed
