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

// Positions behind the prompt that are not masked, ascending.
std::vector<Index> visible_positions(const Refinement& refinement);

// Writes down a step. fills[i] belongs to masked position i, best[i], the most probable token, to
// visible position i: a position that is filled in a step is not rewritten in it. Without `best`
// nothing is rewritten.
void refine_step(Refinement& refinement, std::span<const Reveal> fills,
                 std::span<const TokenChoice> best, double tau_edit);

// Sets state.end where the text is finished; to be called before the first step and after each.
void settle(Refinement& refinement, Index passes);

}  // namespace seed
