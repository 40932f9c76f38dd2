#include "block_decoding/cached_greedy_impl.h"

namespace seed {

void check_greedy_decoding(const std::vector<std::vector<std::int32_t>>& prompts, Index positions,
                           Index cached_texts, Index cached_positions) {
    require(positions <= cached_positions, "cache: expected a canvas of at most {} tokens, got {}",
            cached_positions, positions);
    require(Index(prompts.size()) <= cached_texts,
            "cache: expected at most {} texts, for which it has room, got {}", cached_texts,
            prompts.size());
    for (const auto& prompt : prompts) {
        require(!prompt.empty(), "greedy decoding: expected a prompt, got an empty one");
        require(Index(prompt.size()) < positions,
                "greedy decoding: expected a prompt shorter than the canvas of {} tokens, got {}",
                positions, prompt.size());
    }
}

}  // namespace seed
