// `seed tour`: the whole course in one run, from nothing to a model that writes programs.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

// Leaves the runs of tour.h and the report of tour_report.h, and prints the report as a table. The
// report grows row by row: a tour that was interrupted goes on where it stopped when the same
// command is given again.
void add_tour_command(CLI::App& app);

}  // namespace seed
