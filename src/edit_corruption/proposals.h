// Substitutions by a model: the places are those of edit_operations.h, the new tokens are what the
// model itself would write there. Seed Diffusion does not say where its new tokens come from;
// uniform ones look out of place, a model's own look like its mistakes.
//
//   xm      the edited canvas xt, with a mask wherever the token of a substitution stands
//   xt[t] ~ p(. | xm) over the ordinary tokens, at these places, each on its own
//
// A sampled token may be the one that was replaced: then nothing is wrong there.
#pragma once

#include <functional>

#include "edit_corruption/edit_operations.h"
#include "mask_corruption/sampling.h"
#include "transformer/transformer.h"

namespace seed {

enum class Substitutions { uniform, model };

Substitutions substitutions_from(std::string_view name);  // throws Error on an unknown name
std::string_view substitutions_name(Substitutions substitutions);

// A token for each of the rows (b * T + t) of a batch, all of which are masked in it.
using Proposals = std::function<std::vector<std::int32_t>(
    const TokenBatch& batch, std::span<const Index> rows, RandomKey key)>;

// Samples from the model as it is when it is asked: one run, without a gradient. The model must
// outlive the function.
template <class Space>
Proposals model_proposals(Transformer<Space>& model, const EditVocabulary& vocabulary);

// A sample from softmax(logits) over the ordinary tokens for each row of logits (M, V), by the
// numbers of key.fork(b) in row t, where rows[m] = b * T + t on canvases of T = positions tokens.
std::vector<std::int32_t> sample_ordinary(HostView<const float> logits, std::span<const Index> rows,
                                          Index positions, const EditVocabulary& vocabulary,
                                          RandomKey key);
std::vector<std::int32_t> sample_ordinary(HostView<const double> logits,
                                          std::span<const Index> rows, Index positions,
                                          const EditVocabulary& vocabulary, RandomKey key);

// Masks the rows of the batch and replaces the masks by what is proposed for them. Throws Error
// where there is no function to ask, and where it does not name a token for each row.
void substitute(TokenBatch& batch, std::span<const Index> rows, std::int32_t mask_token,
                const Proposals& proposals, RandomKey key);

}  // namespace seed
