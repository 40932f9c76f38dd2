// Decoding block by block (Seed Diffusion, section 3.4): the canvas is cut into blocks of b
// positions; the blocks are filled from left to right, the tokens within a block in parallel.
//
// Attention is block-causal: a position sees the blocks before its own, and its own. What comes
// later is invisible, masks and all, so that a finished block never has to be computed again. The
// weights know nothing of blocks: they were trained with full attention.
//
// Within the current block visible tokens may be rewritten (edit_corruption/refine.h): a block is
// finished when its passes are, and nothing in it changes after that.
//
// Here every call runs the whole canvas: the reference for a decoder with a KV cache.
#pragma once

#include "edit_corruption/refine.h"

namespace seed {

struct BlockOptions {
    DenoiseOptions fill;       // of each block: the steps of `count` and `ancestral` are a block's
    Index block = 16;          // b; the first block of a text holds the end of its prompt
    bool block_causal = true;  // else full attention: the order of blocks alone
    std::int32_t eos = -1;     // a text ends with the block that holds it; -1: at the canvas's end
    double tau_edit = 1;       // rewriting within a block; 1: nothing is ever rewritten
    Index passes = 0;          // of rewriting alone, at most, once a block is full

    RefineOptions within_block() const { return {fill, tau_edit, passes}; }
};

// As denoise_and_rewrite (refine.h), by blocks: position i belongs to block i / b. Behind the block
// with the first eos all positions become eos, without a call. Of the states, `passes` and `end`
// are those of the last block. Throws Error where denoise_and_rewrite does, and for a block
// below 1.
template <class Space>
std::vector<RefiningState> denoise_by_block(Transformer<Space>& model,
                                            const std::vector<std::vector<std::int32_t>>& prompts,
                                            Index positions, const BlockOptions& options,
                                            const RefineObserver& observer = {});

}  // namespace seed
