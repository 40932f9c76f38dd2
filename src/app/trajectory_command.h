// seed trajectory show: in which order a program came about (chapter 5).
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

//     seed trajectory show RUN [--task N | --prompt TEXT]     decodes a text and shows its order
//     seed trajectory show FILE --run RUN [--row P]           one of a file of seed distill
//
// Without --task and --prompt it is held-out task 0 of the run's world, with the judge's verdict.
// What decoding reveals stays: there is no rewriting here. The file's trajectories are of the run's
// model, or of the one that the run was distilled from; either way the score and the confidences
// are those of the run's model, and the score in the file stands beside them.
//
// --json FILE writes what evaluation/trajectory_view.h says, --html FILE a page with a slider.
void add_trajectory_command(CLI::App& app);

}  // namespace seed
