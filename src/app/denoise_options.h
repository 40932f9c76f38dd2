// The options of denoising on the command line.
#pragma once

#include <CLI/CLI.hpp>

#include "mask_corruption/denoise.h"

namespace seed {

struct DenoiseArguments {
    DenoiseOptions options;
    std::string rule = "threshold";
    std::uint64_t seed = 1;

    void add_to(CLI::App& command);
    DenoiseOptions resolve(NoiseSchedule schedule) const;
};

}  // namespace seed
