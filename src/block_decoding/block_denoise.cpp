#include <algorithm>

#include "block_decoding/block_denoise_impl.h"

namespace seed {

// [block_denoise.next]
void enter_next_block(BlockState& state, const BlockOptions& options, Index prompt_length) {
    DenoisingState& text = state.text;
    if (text.masked.empty()) return;
    const Index block = text.masked.front() / options.block;
    const auto begin = text.ids.begin() + prompt_length;
    const auto filled = text.ids.begin() + std::max(prompt_length, block * options.block);
    if (options.eos >= 0 && std::find(begin, filled, options.eos) != filled) {
        for (const Index i : text.masked) text.ids[i] = options.eos, text.probability[i] = 1;
        text.masked.clear();
        return;
    }
    state.calls = 0;
    for (const Index i : text.masked) {
        if (i / options.block == block) state.masked.push_back(i);
    }
}
// [/block_denoise.next]

void advance(BlockState& state, std::span<const Reveal> step) {
    std::vector<Index> left;
    for (std::size_t k = 0; k < step.size(); ++k) {
        const Index i = state.masked[k];
        state.text.probability[i] = step[k].choice.probability;
        if (step[k].revealed) {
            state.text.ids[i] = step[k].choice.token;
        } else {
            left.push_back(i);
        }
    }
    // The blocks behind are masked as before
    auto behind =
        std::find(state.text.masked.begin(), state.text.masked.end(), state.masked.back());
    std::vector<Index> masked = left;
    masked.insert(masked.end(), behind + 1, state.text.masked.end());
    state.text.masked = std::move(masked);
    state.masked = std::move(left);
    ++state.text.calls, ++state.calls;
}

}  // namespace seed
