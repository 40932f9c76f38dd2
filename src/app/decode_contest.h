// Decoders that write the same texts, timed beside each other.
#pragma once

#include <functional>

#include "app/product_limit.h"
#include "block_decoding/decode.h"

namespace seed {

using Prompts = std::vector<std::vector<std::int32_t>>;

// What a model revealed, text by text and step by step: enough to make another model, of any size
// and with any weights, go the same way.
struct RevealSchedule {
    std::vector<std::vector<std::vector<Reveal>>> texts;
};

// Blocks of b tokens; b = the canvas is the whole canvas at once.
struct BlockContestant {
    BlockOptions options;
    bool cache = true;  // else the whole canvas is computed in every call
    Index batch = 1;
};

struct TimedTexts {
    std::vector<std::vector<std::int32_t>> completions;  // without eos
    Index own_calls = 0;                                 // each text's, added up
    CallCounts calls;                                    // of the model; empty where not counted
    double seconds = 0;

    Index tokens() const;  // of the completions, with their eos
};

// Decodes all prompts, `batch` at a time, and writes down what is revealed where a schedule is
// given. Only the decoding is timed.
TimedTexts time_blocks(CpuTransformer& model, const Prompts& prompts, Index positions,
                       const BlockContestant& contestant, RevealSchedule* record = nullptr);

// As time_blocks with a cache, but what is revealed is what the schedule says: the model's own
// choices are made, and thrown away.
TimedTexts time_replay(CpuTransformer& model, const Prompts& prompts, Index positions,
                       const BlockContestant& contestant, const RevealSchedule& schedule);

// The autoregressive baseline. With `texts` it writes those, each up to its eos.
TimedTexts time_greedy(CpuTransformer& model, const Prompts& prompts, Index positions,
                       std::int32_t eos, Index batch, bool cache,
                       const std::vector<std::vector<std::int32_t>>* texts = nullptr);

// Seconds of a call that computes one block of b positions behind `cached` ones: best of `tries`.
double seconds_per_call(CpuTransformer& model, Index block, Index cached, int tries);

}  // namespace seed
