// The stages of the tour.
#pragma once

#include "runs/run_config.h"

namespace seed {

struct TourOptions {
    std::string folder = "out";
    RunConfig config;
    Index steps = 5000;  // of the diffusion model, both stages
    Index autoregressive_steps = 1200;
    Index tasks = 256;   // held out, for pass@1; and as many programs to repair
};

// Runs every stage that has no row in FOLDER/tour.json yet (tour_report.h says what is in it):
//
//   tokenizer            FOLDER/tokenizer.json
//   stage_1              the steps before stage 2 begins, 80 %: masks only
//   mask_only            from stage 1's checkpoint the other steps, with masks only: the control
//   stage_2              from the same checkpoint the same steps, with the edit term
//   stage_1_fixed_steps  stage 1's model decoded in 16 fixed steps instead of by a threshold
//   autoregressive       the baseline
//
// Stages that train leave a run in a folder of their name. Then shows a program being written and
// another one being repaired, and prints the table. Throws Error where FOLDER holds a tour with
// other options, and where stage 1 or stage 2 has no step.
void run_tour(const TourOptions& options);

}  // namespace seed
