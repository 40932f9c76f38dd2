// What one step of AdamW should give, with the error that a scalar of roundoff u may make.
#pragma once

#include "tests/support/compare.h"
#include "transformer/adamw.h"

namespace seed {

struct AdamWOracle {
    AdamW options;
    double learning_rate, decay, scale;
    Index step;
    double u;

    // 1 - beta is a difference of a rounded number: off by u beta / (1 - beta), relatively
    Bounded m_next(double m, double gradient) const {
        const double keep = options.beta1 * m, add = (1 - options.beta1) * scale * gradient;
        const double error = 3 * std::abs(keep) + (4 + 1 / (1 - options.beta1)) * std::abs(add);
        return {keep + add, u * error};
    }
    Bounded v_next(double v, double gradient) const {
        const double g = scale * gradient, keep = options.beta2 * v;
        const double add = (1 - options.beta2) * g * g;
        return {keep + add, u * (3 * keep + (6 + 1 / (1 - options.beta2)) * add)};
    }
    Bounded p_next(double p, double m, double v, double gradient) const {
        const Bounded m1 = m_next(m, gradient), v1 = v_next(v, gradient);
        const double m_hat = m1.value / (1 - std::pow(options.beta1, double(step)));
        const double v_hat = v1.value / (1 - std::pow(options.beta2, double(step)));
        const double per_m = learning_rate / (std::sqrt(v_hat) + options.eps);
        const double kept = p * (1 - learning_rate * decay), move = per_m * m_hat;
        const double error = u * (3 * std::abs(kept) + 9 * std::abs(move)) +
                             std::abs(move) * 0.5 * v1.allowed / v1.value +
                             per_m * m1.allowed / (1 - std::pow(options.beta1, double(step)));
        return {kept - move, error};
    }
};

}  // namespace seed
