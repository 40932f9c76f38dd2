// The bodies of cached_transformer.h.
#pragma once

#include "block_decoding/cached_transformer.h"
#include "block_decoding/kv_cache_impl.h"
#include "transformer/cross_entropy.h"
#include "transformer/embedding.h"
#include "transformer/few_rows.h"
#include "transformer/matmul.h"
#include "transformer/residual.h"
#include "transformer/rms_norm.h"
#include "transformer/rope.h"
#include "transformer/swiglu.h"

namespace seed {

template <class Space>
CachedTransformer<Space>::CachedTransformer(const Transformer<Space>& model, KvCache<Space>& cache)
    : model_(model), cache_(cache) {
    require(cache.config() == model.config(),
            "cache: expected one for this model's shape, got another model's");
}

template <class Space>
void CachedTransformer<Space>::prepare(std::span<const CachedTokens> texts, Index block,
                                       Index selected_rows) {
    runs_.clear(), ids_.clear(), positions_.clear();
    std::vector<bool> seen(std::size_t(cache_.sequences()), false);
    for (const CachedTokens& text : texts) {
        cache_.extend(text, block);
        require(!seen[std::size_t(text.slot)], "cache: expected every text once, got {} twice",
                text.slot);
        seen[std::size_t(text.slot)] = true;
        runs_.push_back({text.slot, text.begin, Index(text.ids.size()), Index(ids_.size())});
        ids_.insert(ids_.end(), text.ids.begin(), text.ids.end());
        for (Index i = text.begin; i < text.end(); ++i) positions_.push_back(i);
    }
    const ModelConfig& c = model_.config();
    shape_ = {c.heads, c.kv_heads, c.head_size, cache_.positions(), block, runs_};
    arena_.start_counting();
    lay_out(Index(ids_.size()), selected_rows);
    arena_.allocate();
    lay_out(Index(ids_.size()), selected_rows);
}

template <class Space>
void CachedTransformer<Space>::lay_out(Index n, Index m) {
    const ModelConfig& config = model_.config();
    const Index c = config.hidden_size, f = config.intermediate, v = config.vocab_size;
    const Index q = config.heads * config.head_size, kv = config.kv_heads * config.head_size;
    const auto take = [this](Index rows, Index cols) { return arena_.take(rows, cols); };
    act_ = {};
    act_.x = take(n, c), act_.normed = take(n, c), act_.rstd = take(n, 1);
    act_.branch = take(n, c);
    act_.q = take(n, q), act_.k = take(n, kv), act_.v = take(n, kv), act_.attended = take(n, q);
    act_.gate = take(n, f), act_.up = take(n, f), act_.hidden = take(n, f);
    act_.cos_sin = take(n, config.head_size);
    act_.selected = take(m, c), act_.logits = take(m, v);
}

// [cached_transformer.forward]
template <class Space>
typename Space::View CachedTransformer<Space>::logits(std::span<const CachedTokens> texts,
                                                      Index block, std::span<const Index> rows) {
    prepare(texts, block, Index(rows.size()));
    const ParameterSet<Space>& w = model_.parameters();
    gather_rows(act_.cos_sin, cache_.cos_sin(), positions_);  // (N, D)
    embedding_forward(act_.x, ids_, w.embedding);             // (N, C)
    for (Index l = 0; l < model_.config().layers; ++l) forward_layer(l);
    rms_norm_forward(act_.normed, act_.rstd, act_.x, w.final_gain, Scalar(model_.config().rms_eps));
    gather_rows(act_.selected, act_.normed, rows);       // (M, C)
    matmul_few_rows(act_.logits, act_.selected, w.head);  // (M, V)
    forbid_token(act_.logits, model_.config().mask_token);
    return act_.logits;
}

// As Transformer's, but that attention goes over the cache, which gets this call's keys first.
template <class Space>
void CachedTransformer<Space>::forward_layer(Index l) {
    const LayerParameters<View>& w = model_.parameters().layers[std::size_t(l)];
    const Scalar eps = Scalar(model_.config().rms_eps);
    Activations& a = act_;

    // Attend: the new tokens to all that is cached, themselves included
    rms_norm_forward(a.normed, a.rstd, a.x, w.attention_gain, eps);  // (N, C)
    matmul_few_rows(a.q, a.normed, w.q_weight);                       // (N, H * D)
    matmul_few_rows(a.k, a.normed, w.k_weight);                       // (N, K * D)
    matmul_few_rows(a.v, a.normed, w.v_weight);                       // (N, K * D)
    if (model_.config().qkv_bias) {
        add_bias(a.q, w.q_bias);
        add_bias(a.k, w.k_bias);
        add_bias(a.v, w.v_bias);
    }
    rope_forward(a.q, a.cos_sin);
    rope_forward(a.k, a.cos_sin);
    append_to_cache(cache_.keys(l), cache_.values(l), a.k, a.v, shape_);
    cached_attention_forward(a.attended, a.q, cache_.keys(l), cache_.values(l), shape_);
    matmul_few_rows(a.branch, a.attended, w.o_weight);  // (N, C)
    add_forward(a.x, a.x, a.branch);

    // Think: the same feed-forward unit at every position
    rms_norm_forward(a.normed, a.rstd, a.x, w.mlp_gain, eps);
    matmul_few_rows(a.gate, a.normed, w.gate_weight);  // (N, F)
    matmul_few_rows(a.up, a.normed, w.up_weight);      // (N, F)
    swiglu_forward(a.hidden, a.gate, a.up);
    matmul_few_rows(a.branch, a.hidden, w.down_weight);  // (N, C)
    add_forward(a.x, a.x, a.branch);
}
// [/cached_transformer.forward]

}  // namespace seed
