// The common currency of the likelihood estimators: masked states of a text, and their scores.
#pragma once

#include "mask_corruption/likelihood.h"

namespace seed {

// One masked state of texts[text]: the scored positions are a part of the masked ones.
struct MaskedState {
    Index text;
    std::vector<Index> masked, scored;
    double weight;
};

// For every text the sum over its states of weight * sum over scored i of -log p(x0[i] | state).
template <class Space>
std::vector<double> score_states(Transformer<Space>& model, const std::vector<MaskableText>& texts,
                                 const std::vector<MaskedState>& states,
                                 const LikelihoodOptions& options);

// Throws Error unless there are texts, all of one length, each with maskable positions.
void check_texts(const std::vector<MaskableText>& texts);

}  // namespace seed
