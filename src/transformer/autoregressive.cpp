#include <algorithm>

#include "transformer/autoregressive_impl.h"

namespace seed {

// [autoregressive.batch]
TrainingBatch next_token_batch(const std::vector<Canvas>& canvases) {
    TrainingBatch batch{batch_of(canvases), {}, {}};
    batch.input.mask = AttentionMask::block_causal(1);
    batch.targets.assign(batch.input.ids.size(), 0);
    batch.weights.assign(batch.input.ids.size(), 0);
    Index predicted = 0;
    for (std::size_t b = 0; b < canvases.size(); ++b) {
        const Canvas& canvas = canvases[b];
        for (Index t = std::max<Index>(canvas.prompt_length, 1); t < canvas.content_length; ++t) {
            const std::size_t n = b * canvas.ids.size() + std::size_t(t) - 1;
            batch.targets[n] = canvas.ids[t];
            batch.weights[n] = 1;
            ++predicted;
        }
    }
    require(predicted > 0, "next-token batch: expected tokens behind a prompt, got none");
    for (double& weight : batch.weights) weight /= double(predicted);
    return batch;
}
// [/autoregressive.batch]

TokenBatch prefixes(const std::vector<std::vector<std::int32_t>>& texts,
                    const std::vector<std::size_t>& active, Index length, std::int32_t padding) {
    TokenBatch batch;
    batch.batch = Index(active.size());
    batch.positions = length;
    batch.mask = AttentionMask::block_causal(1);
    for (std::size_t s : active) {
        std::vector<std::int32_t> ids = texts[s];
        ids.resize(std::size_t(length), padding);  // never seen: the mask is causal
        batch.ids.insert(batch.ids.end(), ids.begin(), ids.end());
    }
    return batch;
}

}  // namespace seed
