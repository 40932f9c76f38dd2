// The stages of the tour.
#pragma once

#include <filesystem>

#include "runs/run_config.h"

namespace seed {

struct TourOptions {
    std::filesystem::path folder = "out";
    RunConfig config;  // of the diffusion model, with the steps of both its stages
    Index autoregressive_steps = 1000;
    DistillationSize distillation;
    Index speedup_steps = step_reduction_training({}).steps;
    Index block = 32;
    Index tasks = 128;  // held out, for pass@1; and as many programs to repair
};

// Runs every stage that has no row in FOLDER/tour.json yet (tour_report.h says what is in it):
//
//   tokenizer       FOLDER/tokenizer.json
//   stage_1         the steps before stage 2 begins, 80 %: masks only
//   stage_2         from its checkpoint the other steps, with the edit term
//   trajectories    the best trajectories that this model draws, and a fine-tuning on them
//   speedup         from there, training on its own rollouts, so that it needs fewer calls
//   blocks          from there, the same block by block; it decodes so, with a KV cache
//   autoregressive  the baseline
//
// Stages that train leave a run in a folder of their name. Then shows a program being written and
// another one being repaired, each with the verdict of its hidden tests, and prints the table.
// Throws Error where FOLDER holds a tour with other options, and where stage 1 or stage 2 has no
// step.
void run_tour(const TourOptions& options);

}  // namespace seed
