#include "block_decoding/cached_decode_impl.h"

namespace seed {

void check_cached_decoding(const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
                           const BlockOptions& options, Index cached_texts,
                           Index cached_positions) {
    check_denoising(prompts, positions, options.fill);
    check_rewriting(options.within_block());
    require(options.block_causal, "cache: expected block-causal attention, got full attention");
    require(options.block >= 1 && options.block <= positions,
            "block: expected 1 ... {}, the canvas, got {}", positions, options.block);
    require(positions <= cached_positions, "cache: expected a canvas of at most {} tokens, got {}",
            cached_positions, positions);
    require(Index(prompts.size()) <= cached_texts,
            "cache: expected at most {} texts, for which it has room, got {}", cached_texts,
            prompts.size());
    for (const auto& prompt : prompts) {
        require(!prompt.empty(), "decoding: expected a prompt, got an empty one");
    }
}

// [cached_decode.tokens]
CachedTokens tokens_to_compute(const CachedBlockState& text, Index s) {
    const std::vector<std::int32_t>& ids = text.block.state.text.ids;  // to the block's end
    return {s, text.cached, {ids.begin() + text.cached, ids.end()}};
}
// [/cached_decode.tokens]

}  // namespace seed
