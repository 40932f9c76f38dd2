// The options of a training run on the command line: a preset, and any value of it overridden.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>

#include "runs/run_config.h"

namespace seed {

struct RunOptions {
    std::string preset = "tiny";
    std::string objective = "diffusion";
    std::string schedule = "linear", masks = "count";
    std::string family = "generation", choices = "free";
    std::string substitutions = "uniform", optimizer = "adamw";
    std::optional<double> momentum;
    RunConfig values;  // defaults, changed by the options; sizes of the model below
    std::optional<Index> hidden_size, layers, heads, kv_heads, head_size, intermediate, vocab_size;
    std::optional<double> rope_theta;

    void add_to(CLI::App& command);
    // The configuration, checked; its vocabulary size is what the tokenizer is to be trained to.
    RunConfig resolve() const;
};

}  // namespace seed
