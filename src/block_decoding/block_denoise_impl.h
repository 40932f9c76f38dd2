// The body of block_denoise.h.
#pragma once

#include "block_decoding/block_denoise.h"
#include "mask_corruption/denoise_impl.h"

namespace seed {

// A text on its way, and the block at which it is.
struct BlockState {
    DenoisingState text;
    std::vector<Index> masked;  // positions of the current block, ascending; empty: all is done
    Index calls = 0;            // in the current block
};

// Goes on to the next block where the current one is filled; ends the text behind its eos.
void enter_next_block(BlockState& state, const BlockOptions& options, Index prompt_length);

// Writes down what a step made of the masked positions of the block.
void advance(BlockState& state, std::span<const Reveal> step);

template <class Space>
void denoise_block_once(Transformer<Space>& model, std::vector<BlockState>& states,
                        const std::vector<Index>& active, const BlockOptions& options) {
    TokenBatch batch;
    batch.batch = Index(active.size());
    batch.positions = Index(states[0].text.ids.size());
    if (options.block_causal) batch.mask = AttentionMask::block_causal(options.block);
    std::vector<Index> rows;
    std::vector<TextStep> texts;
    for (Index b = 0; b < batch.batch; ++b) {
        const BlockState& state = states[active[b]];
        batch.ids.insert(batch.ids.end(), state.text.ids.begin(), state.text.ids.end());
        for (const Index i : state.masked) rows.push_back(b * batch.positions + i);
        const Index block = state.masked.front() / options.block;
        texts.push_back(
            {state.masked, state.calls,
             options.fill.key.fork(std::uint64_t(active[b])).fork(std::uint64_t(block))});
    }
    const std::vector<Reveal> outcome =
        reveal_step(model.logits(batch, rows), texts, options.fill);  // (M, V) -> M
    auto next = outcome.begin();
    for (const Index s : active) {
        const auto count = states[s].masked.size();
        advance(states[s], {next, count});
        next += std::ptrdiff_t(count);
    }
}

// [block_denoise.loop]
template <class Space>
std::vector<DenoisingState> denoise_by_block(Transformer<Space>& model,
                                             const std::vector<std::vector<std::int32_t>>& prompts,
                                             Index positions, const BlockOptions& options,
                                             const DenoiseObserver& observer) {
    check_denoising(prompts, positions, options.fill);
    require(options.block >= 1, "block: expected at least one position, got {}", options.block);
    std::vector<BlockState> states;
    for (const auto& prompt : prompts) {
        states.push_back({all_masked(prompt, positions, model.config().mask_token), {}, 0});
    }
    while (true) {
        std::vector<Index> active;
        for (Index s = 0; s < Index(states.size()); ++s) {
            if (states[s].masked.empty()) {
                enter_next_block(states[s], options, Index(prompts[s].size()));
            }
            if (!states[s].masked.empty()) active.push_back(s);
        }
        if (active.empty()) break;
        denoise_block_once(model, states, active, options);
        for (const Index s : active) {
            if (observer) observer(s, states[s].text);
        }
    }
    std::vector<DenoisingState> texts;
    for (BlockState& state : states) texts.push_back(std::move(state.text));
    return texts;
}
// [/block_denoise.loop]

}  // namespace seed
