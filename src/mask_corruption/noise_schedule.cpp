#include "mask_corruption/noise_schedule.h"

#include <cmath>
#include <numbers>

namespace seed {

using std::numbers::pi;

NoiseSchedule noise_schedule(std::string_view name) {
    if (name == "linear") return NoiseSchedule::linear;
    require(name == "cosine", "noise schedule: expected linear or cosine, got {}", name);
    return NoiseSchedule::cosine;
}

std::string_view noise_schedule_name(NoiseSchedule schedule) {
    return schedule == NoiseSchedule::linear ? "linear" : "cosine";
}

// [noise_schedule.gamma]
double gamma(NoiseSchedule schedule, double t) {
    require(t >= 0 && t <= 1, "gamma: expected t in [0, 1], got {}", t);
    return schedule == NoiseSchedule::linear ? t : 1 - std::cos(pi / 2 * t);
}

double elbo_weight(NoiseSchedule schedule, double t) {
    require(t > 0 && t <= 1, "elbo_weight: expected t in (0, 1], got {}", t);
    // [exercise elbo_weight]
    // sin(2a) / (1 - cos(2a)) = 1 / tan(a), which does not cancel for small t
    return schedule == NoiseSchedule::linear ? 1 / t : pi / 2 / std::tan(pi / 4 * t);
    // [/exercise elbo_weight]
}
// [/noise_schedule.gamma]

// [noise_schedule.stratified]
std::vector<double> stratified_uniforms(Index batch, double u) {
    require(u >= 0 && u < 1, "noise levels: expected u in [0, 1), got {}", u);
    std::vector<double> uniforms;
    for (Index b = 0; b < batch; ++b) {
        const double shifted = u + double(b) / double(batch);
        uniforms.push_back(shifted - std::floor(shifted));
    }
    return uniforms;
}

std::vector<double> stratified_noise_levels(Index batch, double u) {
    std::vector<double> levels = stratified_uniforms(batch, u);
    for (double& level : levels) level = std::max(level, smallest_noise_level);
    return levels;
}
// [/noise_schedule.stratified]

}  // namespace seed
