// The body of score_states.
#pragma once

#include "mask_corruption/masked_states.h"

namespace seed {

// [likelihood.score_states]
template <class Space>
std::vector<double> score_states(Transformer<Space>& model, const std::vector<MaskableText>& texts,
                                 const std::vector<MaskedState>& states,
                                 const LikelihoodOptions& options) {
    std::vector<double> nats(texts.size());
    for (Index begin = 0; begin < Index(states.size()); begin += options.batch) {
        const Index count = std::min(options.batch, Index(states.size()) - begin);
        TokenBatch batch;
        batch.batch = count;
        batch.positions = Index(texts[0].ids.size());
        std::vector<Index> rows;
        std::vector<std::int32_t> targets;
        for (Index b = 0; b < count; ++b) {
            const MaskedState& state = states[begin + b];
            std::vector<std::int32_t> ids = texts[state.text].ids;
            for (Index i : state.scored) {
                rows.push_back(b * batch.positions + i);
                targets.push_back(ids[i]);
            }
            for (Index i : state.masked) ids[i] = model.config().mask_token;
            batch.ids.insert(batch.ids.end(), ids.begin(), ids.end());
        }
        const std::vector<double> log_p = model.log_likelihoods(batch, rows, targets);
        for (std::size_t m = 0; m < rows.size(); ++m) {
            const MaskedState& state = states[begin + rows[m] / batch.positions];
            nats[state.text] -= state.weight * log_p[m];
        }
        if (options.on_states) options.on_states(count);
    }
    return nats;
}
// [/likelihood.score_states]

}  // namespace seed
