// A canvas on the terminal while it is being denoised.
#pragma once

#include <cstdio>

#include "app/terminal.h"
#include "mask_corruption/denoise.h"
#include "tokenizer/tokenizer.h"

namespace seed {

// Draws a state after every step: masks as blocks, tokens revealed in this step in bold green,
// those rewritten in it in bold yellow, the prompt dim. A first state without a call behind it is
// what was given: nothing in it is new. On a terminal the picture is redrawn in place, elsewhere
// every step is printed below the last, without colours. Control characters in tokens are not sent
// to the terminal.
class CanvasWatcher {
public:
    CanvasWatcher(const Tokenizer& tokenizer, Index prompt_length, int milliseconds_per_step,
                  std::FILE* out = stdout);
    void show(const DenoisingState& state);

private:
    std::string picture(const DenoisingState& state);
    std::string_view colour_of(const DenoisingState& state, Index position) const;
    Index rewritten(const DenoisingState& state) const;
    void put(std::string& text, std::string_view token, std::string_view colour);

    const Tokenizer& tokenizer_;
    Index prompt_length_;
    int milliseconds_;
    std::FILE* out_;
    Terminal terminal_;
    std::size_t column_ = 0;              // of the picture being drawn
    Index lines_drawn_ = 0;               // of the last picture
    std::vector<std::int32_t> previous_;  // ids of the last picture
};

}  // namespace seed
