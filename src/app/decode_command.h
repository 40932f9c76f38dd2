// `seed decode`: a prompt in, a program out.
#pragma once

#include <CLI/CLI.hpp>

#include <nlohmann/json_fwd.hpp>

#include "app/training.h"
#include "mask_corruption/denoise.h"

namespace seed {

void add_decode_command(CLI::App& app);

// Denoises one prompt and returns the text behind it; with `watch`, shows every step on the
// terminal. A line end is added to a prompt that has none.
std::string decode_prompt(LoadedRun& run, std::string prompt, const DenoiseOptions& options,
                          bool watch, int milliseconds_per_step, nlohmann::ordered_json* record,
                          const std::string& device = "cpu");

}  // namespace seed
