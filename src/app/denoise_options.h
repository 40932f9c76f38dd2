// The options of denoising and rewriting on the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>

#include "edit_corruption/refine.h"

namespace seed {

struct DenoiseArguments {
    DenoiseOptions options;
    std::string rule = "threshold";
    std::uint64_t seed = 1;
    std::optional<double> tau_edit;
    Index passes = RefineOptions{}.passes;

    void add_to(CLI::App& command);            // all of them
    void add_filling_to(CLI::App& command);    // of these alone: nothing is to be rewritten
    void add_rewriting_to(CLI::App& command);  // of these alone: nothing is to be filled

    // Decoding: only fills unless --tau-edit is given. Throws Error for values out of range.
    RefineOptions for_decoding(NoiseSchedule schedule) const;
    // A repair is made of rewriting: without --tau-edit at the threshold of refine.h.
    RefineOptions for_repair(NoiseSchedule schedule) const;

private:
    RefineOptions resolve(NoiseSchedule schedule, double default_tau_edit) const;
    void require_rules() const;

    // Options that only some rules read
    CLI::Option *threshold_ = nullptr, *entropy_bound_ = nullptr, *steps_ = nullptr;
};

}  // namespace seed
