// The body of proposals.h.
#pragma once

#include "edit_corruption/proposals.h"

namespace seed {

template <class Space>
Proposals model_proposals(Transformer<Space>& model, const EditVocabulary& vocabulary) {
    return
        [&model, vocabulary](const TokenBatch& batch, std::span<const Index> rows, RandomKey key) {
            const auto logits = to_host(model.logits(batch, rows));  // (M, V)
            HostView<const typename Space::Scalar> view = logits.view();
            return sample_ordinary(view, rows, batch.positions, vocabulary, key);
        };
}

}  // namespace seed
