// `--device`: where the model runs.
#pragma once

#include <CLI/CLI.hpp>

#include "core/device_array.h"
#include "transformer/transformer.h"

namespace seed {

// "cpu", or the device of this build: "emulated" or "cuda".
void add_device_option(CLI::App& command, std::string& device);

// Is it the device? Throws Error for a device that this build, or this computer, does not have.
bool is_device(const std::string& device);

// The same model on the device and back.
Transformer<Device> to_device(const Transformer<Host<float>>& model);

// Calls action(model) with the model where it is to run.
template <class Action>
void on_device(const std::string& device, Transformer<Host<float>>& model, Action&& action) {
    if (!is_device(device)) return action(model);
    Transformer<Device> on_device = to_device(model);
    action(on_device);
}

}  // namespace seed
