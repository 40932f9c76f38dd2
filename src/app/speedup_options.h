// The options of a step reduction on the command line; all else is the run's that it starts from.
#pragma once

#include <CLI/CLI.hpp>

#include "runs/run_config.h"

namespace seed {

struct SpeedupOptions {
    RunConfig training = step_reduction_training({});  // steps, batch and optimiser alone are read
    StepReduction values = *training.step_reduction;
    std::string verifier{verifier_name(values.verifier)};
    std::string cost{speed_cost_name(values.cost)};
    std::string reward{reward_shape_name(values.shape)};
    std::string baseline{baseline_name(values.baseline)};
    std::string targets{step_targets_name(values.sample.targets)};
    bool no_edit_term = false;

    void add_to(CLI::App& command);
    // The configuration of a run that starts from one with `origin`. Throws Error for numbers that
    // no run can have.
    RunConfig resolve(const RunConfig& origin) const;
};

}  // namespace seed
