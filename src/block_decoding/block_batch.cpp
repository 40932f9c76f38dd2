#include "block_decoding/block_batch.h"

#include <algorithm>

#include "edit_corruption/edit_batch.h"

namespace seed {
namespace {

// One of the blocks that hold a completion, for masked_batch: what stands before is given, what
// comes after is cut off.
Canvas cut_to_block(const Canvas& canvas, Index block, RandomKey key) {
    const Index first = canvas.prompt_length / block, last = (canvas.content_length - 1) / block;
    const std::uint32_t drawn = RandomStream(key, 0).below(std::uint32_t(last - first + 1));
    const Index begin = (first + Index(drawn)) * block;
    Canvas cut = canvas;
    cut.prompt_length = std::max(begin, canvas.prompt_length);
    cut.ids.resize(std::size_t(std::min(begin + block, Index(canvas.ids.size()))));
    cut.content_length = std::min(canvas.content_length, Index(cut.ids.size()));
    return cut;
}

}  // namespace

// [block_batch.masked]
TrainingBatch masked_block_batch(const std::vector<Canvas>& canvases, const LossWeight& loss,
                                 Index block, std::int32_t mask_token, RandomKey key) {
    require(block >= 1, "block: expected at least one position, got {}", block);
    TrainingBatch batch;
    batch.input.mask = AttentionMask::block_causal(block);
    const std::size_t positions = canvases.front().ids.size();
    for (std::size_t b = 0; b < canvases.size(); ++b) {
        const RandomKey own = key.fork(std::uint64_t(b));
        TrainingBatch part = masked_batch({cut_to_block(canvases[b], block, own.fork("block"))},
                                          loss, mask_token, own);
        for (double& weight : part.weights) weight /= double(canvases.size());
        // Behind the block nothing is seen and nothing learned
        part.input.ids.resize(positions, mask_token);
        part.targets.resize(positions, mask_token);
        part.weights.resize(positions, 0);
        part.input.positions = Index(positions);
        append(batch, part);
    }
    return batch;
}
// [/block_batch.masked]

}  // namespace seed
