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
    take_activations(arena_, c, Index(ids_.size()), selected_rows);
    arena_.allocate();
    act_ = take_activations(arena_, c, Index(ids_.size()), selected_rows);
}

template <class Space>
CachedActivations<Space> take_activations(Arena<Space>& arena, const ModelConfig& config, Index n,
                                          Index m) {
    const Index c = config.hidden_size, f = config.intermediate, v = config.vocab_size;
    const Index q = config.heads * config.head_size, kv = config.kv_heads * config.head_size;
    const auto take = [&](Index rows, Index cols) { return arena.take(rows, cols); };
    CachedActivations<Space> act;
    act.x = take(n, c), act.normed = take(n, c), act.rstd = take(n, 1);
    act.branch = take(n, c);
    act.q = take(n, q), act.k = take(n, kv), act.v = take(n, kv), act.attended = take(n, q);
    act.gate = take(n, f), act.up = take(n, f), act.hidden = take(n, f);
    act.cos_sin = take(n, config.head_size);
    act.selected = take(m, c), act.logits = take(m, v);
    return act;
}

// [cached_transformer.forward]
template <class Space>
typename Space::View CachedTransformer<Space>::logits(std::span<const CachedTokens> texts,
                                                      Index block, std::span<const Index> rows) {
    prepare(texts, block, Index(rows.size()));
    cached_forward(act_, model_, cache_, ids_, positions_, shape_, rows);
    return act_.logits;
}

// The N tokens `ids` at `positions` of their texts; logits of the rows `selected`.
template <class Space, class Ids, class Positions, class Shape, class Selected>
void cached_forward(const CachedActivations<Space>& a, const Transformer<Space>& model,
                    const KvCache<Space>& cache, const Ids& ids, const Positions& positions,
                    const Shape& shape, const Selected& selected) {
    const ParameterSet<Space>& w = model.parameters();
    const ModelConfig& config = model.config();
    gather_rows(a.cos_sin, cache.cos_sin(), positions);  // (N, D)
    embedding_forward(a.x, ids, w.embedding);            // (N, C)
    for (Index l = 0; l < config.layers; ++l) cached_layer(a, model, cache, l, shape);
    rms_norm_forward(a.normed, a.rstd, a.x, w.final_gain, typename Space::Scalar(config.rms_eps));
    gather_rows(a.selected, a.normed, selected);    // (M, C)
    matmul_few_rows(a.logits, a.selected, w.head);  // (M, V)
    forbid_token(a.logits, config.mask_token);
}

// As Transformer's, but that attention goes over the cache, which gets this call's keys first.
template <class Space, class Shape>
void cached_layer(const CachedActivations<Space>& a, const Transformer<Space>& model,
                  const KvCache<Space>& cache, Index l, const Shape& shape) {
    const auto& w = model.parameters().layers[std::size_t(l)];
    const auto eps = typename Space::Scalar(model.config().rms_eps);

    // Attend: the new tokens to all that is cached, themselves included
    rms_norm_forward(a.normed, a.rstd, a.x, w.attention_gain, eps);  // (N, C)
    matmul_few_rows(a.q, a.normed, w.q_weight);                      // (N, H * D)
    matmul_few_rows(a.k, a.normed, w.k_weight);                      // (N, K * D)
    matmul_few_rows(a.v, a.normed, w.v_weight);                      // (N, K * D)
    if (model.config().qkv_bias) {
        add_bias(a.q, w.q_bias);
        add_bias(a.k, w.k_bias);
        add_bias(a.v, w.v_bias);
    }
    rope_forward(a.q, a.cos_sin);
    rope_forward(a.k, a.cos_sin);
    append_to_cache(cache.keys(l), cache.values(l), a.k, a.v, shape);
    cached_attention_forward(a.attended, a.q, cache.keys(l), cache.values(l), shape);
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
