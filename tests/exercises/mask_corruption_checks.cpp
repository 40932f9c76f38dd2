// Chapter 3.
#include <cmath>
#include <numbers>

#include "mask_corruption/noise_schedule.h"
#include "tests/exercises/code_check.h"

namespace seed {
namespace {

// gamma' / gamma by a difference quotient; near 0 by the first term of gamma's series.
double weight(NoiseSchedule schedule, double t) {
    const bool is_linear = schedule == NoiseSchedule::linear;
    if (t < 1e-4) return is_linear ? 1 / t : 2 / t;
    const auto gamma = [&](double at) {
        return is_linear ? at : 1 - std::cos(std::numbers::pi / 2 * at);
    };
    const double step = 1e-6 * t;
    return (gamma(t + step) - gamma(t - step)) / (2 * step) / gamma(t);
}

void check_elbo_weight(const Student<double(NoiseSchedule, double)>& student, RandomKey key) {
    const double drawn = uniform_double(key, 0, 0);
    for (const NoiseSchedule schedule : {NoiseSchedule::linear, NoiseSchedule::cosine}) {
        for (const double t :
             {1e-9, 1e-6, 1e-3, 0.01, 0.25, 0.5, std::max(0.01, drawn), 0.9, 1.0}) {
            const double expected = weight(schedule, t), got = student(schedule, t);
            require(std::abs(got - expected) <= 1e-4 * std::abs(expected),
                    "elbo_weight({}, {}): expected {:.7g}, got {:.7g}",
                    noise_schedule_name(schedule), t, expected, got);
        }
    }
}

const RegisterCodeCheck elbo_weight_check{"elbo_weight", "&seed::elbo_weight", check_elbo_weight};

}  // namespace
}  // namespace seed
