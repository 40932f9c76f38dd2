// The bodies of autoregressive.h.
#pragma once

#include <algorithm>

#include "transformer/autoregressive.h"

namespace seed {

// The texts still being continued, cut or padded to `length` tokens.
TokenBatch prefixes(const std::vector<std::vector<std::int32_t>>& texts,
                    const std::vector<std::size_t>& active, Index length, std::int32_t padding);

template <class Space>
std::vector<double> autoregressive_nll(Transformer<Space>& model,
                                       const std::vector<Canvas>& canvases) {
    const TrainingBatch batch = next_token_batch(canvases);
    std::vector<Index> rows;
    std::vector<std::int32_t> targets;
    for (std::size_t n = 0; n < batch.weights.size(); ++n) {
        if (batch.weights[n] == 0) continue;
        rows.push_back(Index(n));
        targets.push_back(batch.targets[n]);
    }
    const std::vector<double> log_p = model.log_likelihoods(batch.input, rows, targets);
    std::vector<double> nll(canvases.size());
    for (std::size_t m = 0; m < rows.size(); ++m) nll[rows[m] / batch.input.positions] -= log_p[m];
    return nll;
}

template <class Space>
AutoregressiveResult greedy_decode(Transformer<Space>& model,
                                   const std::vector<std::vector<std::int32_t>>& prompts,
                                   Index positions, std::int32_t eos) {
    std::vector<std::vector<std::int32_t>> texts = prompts;
    AutoregressiveResult result{{}, std::vector<Index>(prompts.size())};
    std::vector<std::size_t> active;
    for (std::size_t s = 0; s < texts.size(); ++s) {
        require(!texts[s].empty(), "greedy decoding: expected a prompt, got an empty one");
        require(Index(texts[s].size()) < positions,
                "greedy decoding: expected a prompt shorter than the canvas of {} tokens, got {}",
                positions, texts[s].size());
        active.push_back(s);
    }
    while (!active.empty()) {
        Index longest = 0;
        for (std::size_t s : active) longest = std::max(longest, Index(texts[s].size()));
        std::vector<Index> rows;
        for (std::size_t i = 0; i < active.size(); ++i) {
            rows.push_back(Index(i) * longest + Index(texts[active[i]].size()) - 1);
        }
        const auto logits = to_host(model.logits(prefixes(texts, active, longest, eos), rows));
        std::vector<std::size_t> still_active;
        for (std::size_t i = 0; i < active.size(); ++i) {
            const auto* row = logits.view().row(Index(i));
            const auto next = std::int32_t(std::max_element(row, row + logits.view().cols) - row);
            std::vector<std::int32_t>& text = texts[active[i]];
            text.push_back(next);
            ++result.calls[active[i]];
            if (next != eos && Index(text.size()) < positions) still_active.push_back(active[i]);
        }
        active = std::move(still_active);
    }
    for (std::size_t s = 0; s < texts.size(); ++s) {
        result.completions.push_back(completion_of(texts[s], Index(prompts[s].size()), eos));
    }
    return result;
}

}  // namespace seed
