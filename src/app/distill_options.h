// The options of a distillation on the command line; all else is the run's that it starts from.
#pragma once

#include <CLI/CLI.hpp>

#include "runs/run_config.h"

namespace seed {

struct DistillOptions {
    std::string orders = "selected", lambda = "state";
    Distillation values;
    RunConfig training = distillation_training({});  // steps, batch and optimiser alone are read
    bool no_edit_term = false;

    void add_to(CLI::App& command);
    // The configuration of a run that starts from one with `origin`. Throws Error for numbers that
    // no run can have.
    RunConfig resolve(const RunConfig& origin) const;
};

// --distill-texts and --distill-steps, for commands in which a distillation is one stage of many.
void add_distillation_size(CLI::App& command, DistillationSize& size);
void check_distillation_size(const DistillationSize& size);  // throws Error

}  // namespace seed
