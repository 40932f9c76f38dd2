// The canvases that the tests of stage 2 edit.
#pragma once

#include "edit_corruption/edit_operations.h"
#include "transformer/canvas.h"

namespace seed {

inline constexpr std::int32_t mask = 3, eos = 10, pad = 0;
inline constexpr EditVocabulary vocabulary{11, mask, eos, pad};

// Prompts of 1, 2 and 3 tokens before 20 tokens of text, on canvases of 30.
inline std::vector<Canvas> canvases_of(Index count) {
    using Ids = std::vector<std::int32_t>;
    std::vector<Canvas> canvases;
    for (Index b = 0; b < count; ++b) {
        Ids text;
        for (Index i = 0; i < 20; ++i) text.push_back(std::int32_t(4 + (i * i + b) % 6));
        canvases.push_back(make_canvas(Ids(std::size_t(1 + b % 3), 1), text, 30, eos));
    }
    return canvases;
}

}  // namespace seed
