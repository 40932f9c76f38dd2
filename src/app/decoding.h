// One text, decoded or repaired before the user's eyes.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "edit_corruption/refine.h"
#include "runs/run_folder.h"

namespace seed {

// What is shown and written down on the way. The record gets
//   prompt, prompt_tokens    what the model was given to read
//   calls                    of the model
//   rewrites                 of visible tokens, in all steps
//   steps                    of a diffusion model, for each: call, masked (how many are left),
//                            rewritten (positions), and of every position tokens (null while
//                            masked) and probability
struct DecodingView {
    bool watch = false;
    int milliseconds_per_step = 400;
    nlohmann::ordered_json* record = nullptr;
    std::string html = {};  // a file for the page of decoding_page.h; none where it is empty
    std::string device = "cpu";
    // Gets the text behind the prompt piece by piece, as blocks are finished; may be empty.
    std::function<void(std::string_view)> stream = {};
};

// Block after block of so many tokens (block_decoding/block_denoise.h).
struct BlockChoice {
    Index size;
    bool causal = true;  // else full attention, for which there is no cache
};

// Writes `positions` tokens, prompt and completion, and returns the completion. A line end is added
// to a prompt that has none. Throws Error for blocks that do not fit the canvas, and for
// blocks of an autoregressive model.
std::string decode_prompt(LoadedRun& run, std::string prompt, Index positions,
                          const RefineOptions& options, const DecodingView& view,
                          const std::optional<BlockChoice>& blocks = {});

// Puts tokens that somebody else wrote behind the prompt and lets the model rewrite them. Throws
// Error where the model is autoregressive.
std::string repair_canvas(LoadedRun& run, const Canvas& canvas, const RefineOptions& options,
                          const DecodingView& view);

}  // namespace seed
