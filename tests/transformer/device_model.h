// Models on the device with the weights of models on the host.
#pragma once

#include "core/device_array.h"
#include "tests/transformer/random_model.h"

namespace seed {

inline Transformer<Device> on_device(const Transformer<Host<float>>& model) {
    ParameterSet<Device> parameters(model.config());
    copy(parameters.flat(), model.parameters().flat());
    return {model.config(), std::move(parameters)};
}

// Every name of the two lists, with the device's view on the host.
template <class Check>
void for_each_parameter(const ParameterSet<Device>& actual,
                        const ParameterSet<Host<double>>& expected, Check&& check) {
    for (std::size_t i = 0; i < expected.named().size(); ++i) {
        const auto& [name, view, decays] = expected.named()[i];
        check(name, to_host(actual.named()[i].view), view);
    }
}

}  // namespace seed
