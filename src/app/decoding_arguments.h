// What `seed decode` and `seed edit` are asked on the command line.
#pragma once

#include <CLI/CLI.hpp>

#include "app/decoding.h"
#include "app/denoise_options.h"

namespace seed {

// The options that both have in common. Each adds those of `denoise` that it has.
struct DecodingArguments {
    std::string folder, json;  // the page's file is the view's
    DecodingView view;
    DenoiseArguments denoise;
    int threads = 0;

    void add_to(CLI::App& command, const std::string& what_json_holds);
    // Throws Error for what cannot be shown or has no device, and for files that would be written
    // over each other or over the run; sets the number of threads.
    void prepare() const;
};

}  // namespace seed
