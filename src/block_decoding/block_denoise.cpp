#include <algorithm>

#include "block_decoding/block_denoise_impl.h"

namespace seed {

BlockState start_blocks(const std::vector<std::int32_t>& prompt, Index positions,
                        std::int32_t mask_token) {
    BlockState text;
    text.state.text = all_masked(prompt, positions, mask_token);
    text.block.state.end = RefineEnd::unchanged;
    return text;
}

// [block_denoise.next]
void enter_next_block(BlockState& text, const BlockOptions& options, Index prompt_length,
                      std::int32_t mask_token) {
    DenoisingState& all = text.state.text;
    if (text.is_running() || all.masked.empty()) return;
    text.begin = all.masked.front() / options.block * options.block;
    const Index first = std::max(prompt_length, text.begin);  // that may change
    const auto begin = all.ids.begin();
    if (options.eos >= 0 &&
        std::find(begin + prompt_length, begin + first, options.eos) != begin + first) {
        for (const Index i : all.masked) all.ids[i] = options.eos, all.probability[i] = 1;
        all.masked.clear();
        return;
    }
    const Index end = std::min(Index(all.ids.size()), text.begin + options.block);
    text.block = start_refinement({{begin, begin + end}, first, end}, mask_token);
}
// [/block_denoise.next]

// [block_denoise.leave]
void leave_step(BlockState& text, const BlockOptions& options) {
    settle(text.block, options.within_block().most_passes());
    const RefiningState& block = text.block.state;
    RefiningState& all = text.state;
    const Index first = text.block.prompt_length, end = Index(block.text.ids.size());
    for (Index i = first; i < end; ++i) {
        all.text.ids[i] = block.text.ids[i];
        all.text.probability[i] = block.text.probability[i];
    }
    // The blocks behind are masked as before
    const auto behind = std::ranges::lower_bound(all.text.masked, end);
    std::vector<Index> masked = block.text.masked;
    masked.insert(masked.end(), behind, all.text.masked.end());
    all.text.masked = std::move(masked);
    ++all.text.calls;
    all.filled = block.filled, all.rewritten = block.rewritten;
    all.fills += Index(block.filled.size()), all.rewrites += Index(block.rewritten.size());
    all.passes = block.passes, all.end = block.end;
}
// [/block_denoise.leave]

RandomKey block_key(const BlockState& text, Index s, const BlockOptions& options) {
    return options.fill.key.fork(std::uint64_t(s)).fork(std::uint64_t(text.begin / options.block));
}

}  // namespace seed
