// What a world of Lua tasks asks of a model, computed without one.
#pragma once

#include <vector>

#include "core/philox.h"
#include "lua_tasks/surface.h"
#include "tokenizer/tokenizer.h"
#include "transformer/canvas.h"

namespace seed {

// The programs of one prompt, all of them, as tokens on canvases of one length.
struct PossibleText {
    std::vector<std::int32_t> ids;  // (T)
    double probability;
};

// What is lost where all T positions are revealed in one step, each drawn from its own distribution
// and none knowing of the others: sum_i H(x_i) - H(x), their total correlation, in nats. No
// training can make it less. Throws Error where there is no text or lengths differ.
double one_step_loss(const std::vector<PossibleText>& texts);

// The means are over held-out tasks of the generation family as they are drawn.
struct WorldFigures {
    double tokens_per_program = 0;  // with its eos
    double one_step_loss = 0;       // nats per program; 0 where the choices are fixed
};

WorldFigures measure_world(Choices choices, const Tokenizer& tokenizer, Index canvas, RandomKey key,
                           Index tasks = 200);

}  // namespace seed
