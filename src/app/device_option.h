// `--device`: where the model runs.
#pragma once

#include <CLI/CLI.hpp>

#include "core/device_array.h"
#include "runs/training.h"

namespace seed {

// "cpu", or the device of this build: "emulated" or "cuda".
void add_device_option(CLI::App& command, std::string& device);

// Is it the device? Throws Error for a device that this build, or this computer, does not have.
bool is_device(const std::string& device);

// Calls action(model) with the model where it is to run.
template <class Action>
void on_device(const std::string& device, CpuTransformer& model, Action&& action) {
    if (!is_device(device)) return action(model);
    auto on_device = copy_of<Device>(model);
    action(on_device);
}

}  // namespace seed
