// The noise of stage 1 (Seed Diffusion, eqs. 1 and 2): at noise level t in (0, 1] every token is
// replaced by the mask token with probability gamma(t), independently.
//
//   linear   gamma(t) = t                    gamma'(t) / gamma(t) = 1 / t
//   cosine   gamma(t) = 1 - cos(pi t / 2)    gamma'(t) / gamma(t) = (pi / 2) / tan(pi t / 4)
#pragma once

#include <string_view>
#include <vector>

#include "core/array.h"

namespace seed {

enum class NoiseSchedule { linear, cosine };

NoiseSchedule noise_schedule(std::string_view name);  // throws Error on an unknown name
std::string_view noise_schedule_name(NoiseSchedule schedule);

// The probability of a mask at t in [0, 1].
double gamma(NoiseSchedule schedule, double t);

// gamma'(t) / gamma(t), the weight of the evidence lower bound at t in (0, 1].
double elbo_weight(NoiseSchedule schedule, double t);

// The smallest noise level that is drawn: the weight 1/t would have no upper bound.
inline constexpr double smallest_noise_level = 1e-3;

// Low-discrepancy numbers of a batch: one uniform u in [0, 1), shifted by b / B for sequence b and
// wrapped around. Each is uniform by itself, and together they cover [0, 1) evenly: the same
// expectation with less variance.
std::vector<double> stratified_uniforms(Index batch, double u);

// The same, raised to smallest_noise_level.
std::vector<double> stratified_noise_levels(Index batch, double u);

}  // namespace seed
