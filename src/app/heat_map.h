// A trajectory on the terminal: the program, and in which step each of its tokens came.
#pragma once

#include <string>

#include "app/terminal.h"
#include "evaluation/trajectory_view.h"

namespace seed {

// With colours: every token on the colour of its step, dark purple for the first to yellow for the
// last, what was given dim; below, the colours of the steps. Without: the steps stand as numbers
// under the tokens. White space is visible (visible_text), an end token is "∎"; nothing is wider
// than the terminal, unless a single token is.
std::string heat_map(const TrajectoryView& view, const Tokenizer& tokenizer,
                     const Terminal& terminal);

}  // namespace seed
