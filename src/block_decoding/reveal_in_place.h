// A step's end for texts that stay where they are: from the logits of every text's block to its new
// ids and masks, written in place, with no list of rows in between. What it does is reveal_step's
// (mask_corruption/denoise.h) by the rules threshold and count, and the writing down after it.
//
// Made for the device (cuda/block_decoding/reveal_in_place_device.h), where it is one kernel.
#pragma once

#include <vector>

#include "mask_corruption/denoise.h"

namespace seed {

// [reveal_in_place.texts]
// B texts of T positions side by side. Of each a block of R positions is being filled: begin ...
// begin + R - 1, cut where the text ends.
template <template <class> class View>
struct TextsInPlace {
    View<std::int32_t> ids, masked;  // (B, T); masked: 1 or 0
    View<double> probabilities;      // (B, T) of the token chosen last
    View<const Index> begin, calls;  // (B, 1); calls: so far, in this block
    View<const std::uint64_t> keys;  // (B, T) of the choices, see keys_in_place
};
// [/reveal_in_place.texts]

// Throws Error unless the views fit each other and logits (B * R, V), and the options are those of
// the rules threshold or count.
template <template <class> class View>
void check_reveal_in_place(const TextsInPlace<View>& t, View<const float> logits,
                           const DenoiseOptions& options) {
    const Index texts = t.ids.rows, positions = t.ids.cols;
    require_shape(t.masked, texts, positions, "reveal in place: masked");
    require_shape(t.probabilities, texts, positions, "reveal in place: probabilities");
    require_shape(t.begin, texts, 1, "reveal in place: begin");
    require_shape(t.calls, texts, 1, "reveal in place: calls");
    require_shape(t.keys, texts, positions, "reveal in place: keys");
    require(texts > 0 ? logits.rows % texts == 0 : logits.rows == 0,
            "reveal in place: expected as many rows of logits for each of {} texts, got {}", texts,
            logits.rows);
    require(logits.cols >= 1 && logits.cols <= 0x7fffffff,
            "reveal in place: expected 1 ... 2^31 - 1 logits in a row, got {}", logits.cols);
    require(options.rule == RevealRule::threshold || options.rule == RevealRule::count,
            "reveal in place: expected the rule threshold or count, got another");
    require(options.temperature >= 0, "temperature: expected a value >= 0, got {}",
            options.temperature);
}

// For every masked position of its block a text takes a token, as choose_token does from row b * R
// + r of logits with the key keys[b, begin + calls] (not read at temperature 0). The probability of
// every such token is written; ids and masked change where positions_to_reveal has the position. A
// text that has no mask in its block stays as it is. begin >= 0.
void reveal_in_place(const TextsInPlace<HostView>& texts, HostView<const float> logits,
                     const DenoiseOptions& options);

// Row (T) of TextsInPlace::keys: the key of call c in block k of b positions stands at k * b + c,
// where there is room: each call reveals a token. It is that of the decoders (block_denoise.h) for
// a text with this key of its own.
std::vector<std::uint64_t> keys_in_place(RandomKey text, Index positions, Index block);

}  // namespace seed
