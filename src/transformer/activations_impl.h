// Where the transformer keeps what a batch needs: one arena, laid out anew for every batch shape.
#pragma once

#include "transformer/transformer.h"

namespace seed {

// Throws Error unless the batch has as many tokens and lengths as it says.
void check_batch(const TokenBatch& batch);

template <class Space>
void Transformer<Space>::prepare(const TokenBatch& batch, Index selected_rows, bool with_gradient) {
    check_batch(batch);
    lengths_ = batch.lengths;
    if (lengths_.empty()) lengths_.assign(batch.batch, std::int32_t(batch.positions));
    shape_ = {batch.batch,       batch.positions, config_.heads, config_.kv_heads,
              config_.head_size, batch.mask,      lengths_};
    arena_.start_counting();
    lay_out(batch, selected_rows, with_gradient);
    arena_.allocate();
    lay_out(batch, selected_rows, with_gradient);
}

template <class Space>
void Transformer<Space>::lay_out(const TokenBatch& batch, Index m, bool with_gradient) {
    const Index n = batch.batch * batch.positions, c = config_.hidden_size;
    const Index q = config_.heads * config_.head_size, kv = config_.kv_heads * config_.head_size;
    const Index f = config_.intermediate, v = config_.vocab_size;
    const auto take = [this](Index rows, Index cols) { return arena_.take(rows, cols); };

    act_ = {};
    act_.cos_sin = take(batch.positions, config_.head_size);
    act_.x = take(n, c), act_.normed = take(n, c), act_.rstd = take(n, 1);
    act_.branch = take(n, c);
    act_.selected = take(m, c), act_.logits = take(m, v);
    act_.weights = take(m, 1), act_.losses = take(m, 1), act_.lse = take(m, 1);
    for (Index l = 0; l < config_.layers; ++l) {
        LayerActivations<View> a;
        a.x = take(n, c);
        // Without a gradient nothing is read again: all layers share the first one's memory
        if (l > 0 && !with_gradient) {
            const View x = a.x;
            a = act_.layers[0];
            a.x = x;
        } else {
            a.normed = take(n, c), a.rstd = take(n, 1);
            a.q = take(n, q), a.k = take(n, kv), a.v = take(n, kv);
            a.probabilities = take(batch.batch * config_.heads * batch.positions, batch.positions);
            a.attended = take(n, q);
            a.x_mid = take(n, c), a.mlp_normed = take(n, c), a.mlp_rstd = take(n, 1);
            a.gate = take(n, f), a.up = take(n, f), a.hidden = take(n, f);
        }
        act_.layers.push_back(a);
    }
    if (!with_gradient) return;
    act_.dlogits = take(m, v), act_.dselected = take(m, c);
    act_.dx = take(n, c), act_.dnormed = take(n, c);
    act_.dq = take(n, q), act_.dk = take(n, kv), act_.dv = take(n, kv);
    act_.dattended = take(n, q);
    act_.dgate = take(n, f), act_.dup = take(n, f), act_.dhidden = take(n, f);
}

}  // namespace seed
