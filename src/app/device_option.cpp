#include "app/device_option.h"

#include "core/text.h"

namespace seed {
namespace {

constexpr std::string_view device_of_build = SEED_BACKEND;

}  // namespace

void add_device_option(CLI::App& command, std::string& device) {
    command
        .add_option("--device", device,
                    fmt::format("cpu or {}: Eigen or the kernels", device_of_build))
        ->capture_default_str();
}

bool is_device(const std::string& device) {
    if (device == "cpu") return false;
    require(device == device_of_build, "--device: expected cpu or {} in this build, got {}",
            device_of_build, in_quotes(device));
    device_name();  // throws where there is no GPU
    return true;
}

}  // namespace seed
