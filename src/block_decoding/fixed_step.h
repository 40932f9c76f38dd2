// A decoding step of fixed shape: what it computes, and where, does not depend on how far the texts
// are. For every text 2 b rows: the block on the left of the current one, clean, and the current
// one. Where a text has no such position (left of its first block, behind its end) the row is there
// all the same: it stands for nothing, and writes where nobody looks.
//
// So a step can be a CUDA graph (cuda/block_decoding/device_decoder.h). The decoder of
// cached_decode.h computes the block on the left only when it is new: the keys and values that the
// other rows get are the same, as a clean block's never change.
#pragma once

#include "block_decoding/block_denoise.h"
#include "block_decoding/reveal_in_place.h"

namespace seed {

// [fixed_step.texts]
// What B texts are, between two steps. Each is in the block of b positions from `begin` on, the
// first one that is not full; all before it is final. Those that are done have active 0.
template <template <class> class View>
struct FixedTexts {
    View<std::int32_t> ids, masked;         // (B, T)
    View<double> probabilities;             // (B, T)
    View<std::uint64_t> keys;               // (B, T), as reveal_in_place.h has them
    View<Index> slot, prompt;               // (B, 1): place in the cache, length of the prompt
    View<Index> begin, block_calls, calls;  // (B, 1); calls: in this block, in all
    View<Index> active;                     // (B, 1)

    TextsInPlace<View> in_place() const {
        return {ids, masked, probabilities, begin, block_calls, keys};
    }
};
// [/fixed_step.texts]

// Throws Error unless all views are of B texts and T positions, and b is in 1 ... T.
template <template <class> class View>
void check_fixed_texts(const FixedTexts<View>& t, Index block) {
    const Index texts = t.ids.rows, positions = t.ids.cols;
    require_shape(t.masked, texts, positions, "fixed step: masked");
    require_shape(t.probabilities, texts, positions, "fixed step: probabilities");
    require_shape(t.keys, texts, positions, "fixed step: keys");
    const View<Index> columns[] = {t.slot, t.prompt, t.begin, t.block_calls, t.calls, t.active};
    for (const View<Index>& column : columns) {
        require_shape(column, texts, 1, "fixed step: a number per text");
    }
    require(block >= 1 && block <= positions, "block: expected 1 ... {}, the canvas, got {}",
            positions, block);
}

// The rows of a step: tokens (B * 2b, 1), positions (B * 2b, 1), and rows (B * 2b, 3): slot,
// position and how many keys the row sees. Row r of a text stands at begin - b + r. One that stands
// for nothing has token 0 and the position T + r, behind the text: a cache of T + 2b positions has
// room for it. It sees key 0 or, behind the end, all T, so that rows see the more the later they
// are.
void lay_out_step(HostView<std::int32_t> tokens, HostView<Index> positions, HostView<Index> rows,
                  const FixedTexts<HostView>& texts, Index block);

// After a step: counts it for every active text, and where its block is full goes on to the next
// one, ends the text behind its eos, or is done (enter_next_block of block_denoise.h).
// still_active (1, 1): how many are not.
void enter_next_blocks(HostView<Index> still_active, const FixedTexts<HostView>& texts, Index block,
                       std::int32_t eos);

}  // namespace seed
