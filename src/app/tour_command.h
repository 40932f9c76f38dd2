// `seed tour`: the whole course in one run, from nothing to a model that writes programs.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

// Writes OUT/tour.json: {"options": {...}, "rows": [...]}, a row per stage with
//   stage                 tokenizer, stage_1, stage_1_fixed_steps, autoregressive
//   nelbo_nats_per_token  Monte-Carlo NELBO; of the autoregressive model its exact -log p
//   pass_at_1             share of held-out tasks solved
//   calls_per_sample      model calls until a program is complete
//   tokens_per_call       completion tokens per model call
//   tokens_per_second     completion tokens per second, decoding a batch
//   seconds               of the stage: training and, where it has any, evaluation
// (null where a stage has no such number), and for the trained models "likelihood" and "decoding",
// as `seed eval --json` writes them. The file grows row by row: a tour that was interrupted goes on
// where it stopped when the same command is given again.
void add_tour_command(CLI::App& app);

}  // namespace seed
