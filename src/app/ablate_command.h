// `seed ablate`: models that differ in one thing, each trained with several seeds.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

//     seed ablate edit-corruption --json FILE --seeds 3
//
// trains every arm of the experiment with seeds 1, 2 and 3, leaves {"options": {...}, "rows":
// [...]} in FILE, a row {arm, seed, figures and reports} for each (evaluation/ablation.h), and
// prints the mean and the spread of every figure. A row is written when it is complete, and the
// runs keep their checkpoints: the same command goes on after a kill, or adds seeds. Other options
// need another FILE.
void add_ablate_command(CLI::App& app);

}  // namespace seed
