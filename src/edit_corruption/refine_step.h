// One step of refine.h, after the model has spoken: what is filled, what is rewritten, is it the
// end?
#pragma once

#include "edit_corruption/refine.h"

namespace seed {

// A text with what its steps need besides.
struct Refinement {
    RefiningState state;
    Index prompt_length = 0;
    std::vector<std::vector<std::int32_t>> seen = {};  // full canvases so far
};

// Masks behind the prompt are to be filled, everything else stands, with probability 1.
Refinement start_refinement(const Canvas& canvas, std::int32_t mask_token);

// Fills and rewrites by the logits (T - prompt, V) of all positions behind the prompt. A position
// that is filled in a step is not rewritten in it. `key` is the text's own.
template <class T>
void refine_step(Refinement& refinement, HostView<const T> logits, const RefineOptions& options,
                 RandomKey key);

// Sets state.end where the text is finished; to be called before the first step and after each.
void settle(Refinement& refinement, Index passes);

}  // namespace seed
