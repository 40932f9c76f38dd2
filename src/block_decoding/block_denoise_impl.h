// The body of block_denoise.h.
#pragma once

#include "block_decoding/block_denoise.h"
#include "edit_corruption/refine_impl.h"
#include "mask_corruption/denoise_impl.h"

namespace seed {

// A text on its way, and the block at which it is.
struct BlockState {
    RefiningState state;  // of the whole text
    // The text up to the end of the current block, which alone may change. Before the first block
    // and after the last none is running.
    Refinement block;

    bool is_running() const { return block.state.end == RefineEnd::running; }
    Index begin = 0;  // of the current block, a multiple of its size
};

// The prompt, and masks behind it; in no block yet.
BlockState start_blocks(const std::vector<std::int32_t>& prompt, Index positions,
                        std::int32_t mask_token);

// Where no block is running: goes on to the next one, if there is one; ends the text behind its
// eos.
void enter_next_block(BlockState& text, const BlockOptions& options, Index prompt_length,
                      std::int32_t mask_token);

// Writes down in the whole text what a step has made of the block.
void leave_step(BlockState& text, const BlockOptions& options);

// The current block's key; text s of all.
RandomKey block_key(const BlockState& text, Index s, const BlockOptions& options);

// [block_denoise.once]
template <class Space>
void denoise_block_once(Transformer<Space>& model, std::vector<BlockState>& texts,
                        const std::vector<Index>& active, const BlockOptions& options) {
    TokenBatch batch;
    batch.batch = Index(active.size());
    batch.positions = Index(texts[0].state.text.ids.size());
    if (options.block_causal) batch.mask = AttentionMask::block_causal(options.block);
    RefineCall call(options.within_block());
    for (Index b = 0; b < batch.batch; ++b) {
        BlockState& text = texts[active[b]];
        const std::vector<std::int32_t>& ids = text.state.text.ids;
        batch.ids.insert(batch.ids.end(), ids.begin(), ids.end());
        call.add(text.block, b * batch.positions, block_key(text, active[b], options));
    }
    call.apply(model.logits(batch, call.rows()));
}
// [/block_denoise.once]

// [block_denoise.loop]
template <class Space>
std::vector<RefiningState> denoise_by_block(Transformer<Space>& model,
                                            const std::vector<std::vector<std::int32_t>>& prompts,
                                            Index positions, const BlockOptions& options,
                                            const RefineObserver& observer) {
    check_denoising(prompts, positions, options.fill);
    check_rewriting(options.within_block());
    require(options.block >= 1, "block: expected at least one position, got {}", options.block);
    const std::int32_t mask = model.config().mask_token;
    std::vector<BlockState> texts;
    for (const auto& prompt : prompts) texts.push_back(start_blocks(prompt, positions, mask));
    while (true) {
        std::vector<Index> active;
        for (Index s = 0; s < Index(texts.size()); ++s) {
            enter_next_block(texts[s], options, Index(prompts[s].size()), mask);
            if (texts[s].is_running()) active.push_back(s);
        }
        if (active.empty()) break;
        denoise_block_once(model, texts, active, options);
        for (const Index s : active) {
            leave_step(texts[s], options);
            if (observer) observer(s, texts[s].state);
        }
    }
    std::vector<RefiningState> states;
    for (BlockState& text : texts) states.push_back(std::move(text.state));
    return states;
}
// [/block_denoise.loop]

}  // namespace seed
