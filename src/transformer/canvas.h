// Canvases: sequences of a fixed length T, as both objectives see them.
//
//   prompt | completion | eos | eos ... eos
//
// The prompt is given; everything behind it is to be written. The first eos ends the content, and
// the model learns to fill the rest of the canvas with eos as well.
#pragma once

#include <vector>

#include "transformer/transformer.h"

namespace seed {

struct Canvas {
    std::vector<std::int32_t> ids;  // (T)
    Index prompt_length = 0;
    Index content_length = 0;       // prompt, completion and first eos; T where there is no padding
};

// Throws Error where prompt, completion and one eos do not fit into `positions` tokens.
Canvas make_canvas(std::vector<std::int32_t> prompt, const std::vector<std::int32_t>& completion,
                   Index positions, std::int32_t eos);

// All canvases must have the same length. The mask is `full`.
TokenBatch batch_of(const std::vector<Canvas>& canvases);

// The tokens behind the prompt up to, and without, the first eos.
std::vector<std::int32_t> completion_of(std::span<const std::int32_t> ids, Index prompt_length,
                                        std::int32_t eos);

}  // namespace seed
