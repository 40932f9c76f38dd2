// The autoregressive baseline with the same KV cache: blocks of one token under the causal mask.
#pragma once

#include <functional>

#include "block_decoding/cached_transformer.h"
#include "transformer/autoregressive.h"

namespace seed {

struct GreedyHooks {
    // Counts a call's work: rows computed, rows of logits.
    std::function<void(Index rows, Index texts)> count_call = {};
    // May give another token at this position of a text: to replay another model's.
    std::function<std::int32_t(Index text, Index position, std::int32_t token)> replay = {};
};

// greedy_decode's result (transformer/autoregressive.h): the first call computes the prompts, every
// other one only the last token of each text that is not finished. A text's result is the same bit
// for bit, whatever is decoded beside it and however many threads there are. Throws Error where
// greedy_decode does, for a cache that has too little room, and for one of another model.
template <class Space>
AutoregressiveResult greedy_decode_with_cache(Transformer<Space>& model, KvCache<Space>& cache,
                                              const std::vector<std::vector<std::int32_t>>& prompts,
                                              Index positions, std::int32_t eos,
                                              const GreedyHooks& hooks = {});

// With a cache of its own.
template <class Space>
AutoregressiveResult greedy_decode_with_cache(Transformer<Space>& model,
                                              const std::vector<std::vector<std::int32_t>>& prompts,
                                              Index positions, std::int32_t eos,
                                              const GreedyHooks& hooks = {}) {
    if (prompts.empty()) return {};
    KvCache<Space> cache(model.config(), Index(prompts.size()), positions);
    return greedy_decode_with_cache(model, cache, prompts, positions, eos, hooks);
}

}  // namespace seed
