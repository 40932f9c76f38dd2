// The bodies of the chain rule of likelihood.h.
#pragma once

#include <algorithm>

#include "core/parallel.h"
#include "mask_corruption/masked_states.h"
#include "mask_corruption/sampling.h"

namespace seed {

template <class Space>
double chain_rule_along(Transformer<Space>& model, const MaskableText& text,
                        const std::vector<Index>& order, const LikelihoodOptions& options) {
    std::vector<Index> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    require(sorted == text.positions, "chain rule: expected an order of the {} maskable positions",
            text.positions.size());
    std::vector<MaskedState> states;
    for (auto next = order.begin(); next != order.end(); ++next) {
        states.push_back({0, {next, order.end()}, {*next}, 1.0});
    }
    return score_states(model, {text}, states, options)[0];
}

// [chain_rule.confidence]
// Scores the position whose best token is the most probable, and takes it off the masked ones.
template <class T>
double score_most_confident(HostView<const T> logits, std::vector<Index>& masked,
                            const MaskableText& text) {
    Index best = 0;
    double best_probability = -1, nats = 0;
    for (Index i = 0; i < logits.rows; ++i) {
        const std::vector<double> log_p = log_softmax(logits.row_range(i, 1));  // (1, V)
        const double probability = choose_token(log_p, 0, {}, 0).probability;
        if (probability <= best_probability) continue;
        best = i, best_probability = probability;
        nats = -log_p[text.ids[masked[i]]];
    }
    masked.erase(masked.begin() + best);
    return nats;
}
// [/chain_rule.confidence]

// One step of the confidence order for a group of texts, in one call of the model.
template <class Space>
void reveal_in_group(Transformer<Space>& model, const std::vector<MaskableText>& texts,
                     const std::vector<Index>& group, std::vector<std::vector<Index>>& masked,
                     std::vector<double>& nats) {
    TokenBatch batch;
    batch.batch = Index(group.size());
    batch.positions = Index(texts[0].ids.size());
    std::vector<Index> rows, first_row;
    for (Index b = 0; b < batch.batch; ++b) {
        std::vector<std::int32_t> ids = texts[group[b]].ids;
        first_row.push_back(Index(rows.size()));
        for (Index i : masked[group[b]]) {
            ids[i] = model.config().mask_token;
            rows.push_back(b * batch.positions + i);
        }
        batch.ids.insert(batch.ids.end(), ids.begin(), ids.end());
    }
    const auto logits = to_host(model.logits(batch, rows));  // (M, V)
    parallel_for(batch.batch, [&](Index b) {
        std::vector<Index>& left = masked[group[b]];
        const HostView<const typename Space::Scalar> view = logits.view();
        nats[group[b]] += score_most_confident(view.row_range(first_row[b], Index(left.size())),
                                               left, texts[group[b]]);
    });
}

template <class Space>
std::vector<double> chain_rule_nll(Transformer<Space>& model,
                                   const std::vector<MaskableText>& texts, RevealOrder order,
                                   const LikelihoodOptions& options) {
    check_texts(texts);
    std::vector<double> nats(texts.size());
    if (order == RevealOrder::left_to_right) {
        for (std::size_t s = 0; s < texts.size(); ++s) {
            nats[s] = chain_rule_along(model, texts[s], texts[s].positions, options);
        }
        return nats;
    }
    std::vector<std::vector<Index>> masked;
    for (const MaskableText& text : texts) masked.push_back(text.positions);
    while (true) {
        std::vector<Index> group;  // at most a batch of texts that are not finished
        for (Index s = 0; s < Index(texts.size()) && Index(group.size()) < options.batch; ++s) {
            if (!masked[s].empty()) group.push_back(s);
        }
        if (group.empty()) return nats;
        reveal_in_group(model, texts, group, masked, nats);
        if (options.on_states) options.on_states(Index(group.size()));
    }
}

}  // namespace seed
