// A row of logits, the scores of its tokens and how well they are known: for kernels that must make
// the host's choice although the last bits of their numbers may differ.
#pragma once

#include <cmath>

#include "mask_corruption/sampling.h"
#include "tests/support/compare.h"

namespace seed {

constexpr double roundoff_of_double = 0x1p-53;

// A row as the host scores it, and how far the device's numbers may be from the host's.
struct ScoredRow {
    std::vector<double> log_p;
    double lse = 0;
    double temperature = 0;
    RandomKey key;
    std::uint64_t key_row = 0;

    double score(Index v) const {
        if (temperature == 0) return log_p[v];
        return log_p[v] / temperature - std::log(-std::log(uniform(v)));
    }
    double uniform(Index v) const {
        return std::max(uniform_double(key, key_row, std::uint32_t(v)), 0x1p-54);
    }
    // Each side: exp and log 1 ulp (2 u), a sum of V terms, two roundings of lse, one of log p.
    double log_p_error(Index v) const {
        const double terms = sum_error(Index(log_p.size())) + 2;
        const double log_sum = std::log(double(log_p.size()));
        return 2 * roundoff_of_double * (terms + 2 * log_sum + std::abs(lse) + std::abs(log_p[v]));
    }
    double score_error(Index v) const {
        if (temperature == 0) return log_p_error(v);
        const double gumbel = std::abs(std::log(-std::log(uniform(v))));
        const double scaled = std::abs(log_p[v] / temperature);
        const double of_logit = std::abs((log_p[v] + lse) / temperature);  // who scales that
        return log_p_error(v) / temperature +
               2 * roundoff_of_double * (scaled + of_logit + 2 + 2 * gumbel + std::abs(score(v)));
    }
    // Whether `best` leads in spite of all errors, or is tied with an equal logit.
    bool is_decided(Index best, HostView<const float> logits) const {
        for (Index v = 0; v < Index(log_p.size()); ++v) {
            if (v == best || log_p[v] == -INFINITY) continue;
            const bool tied = temperature == 0 && logits(0, v) == logits(0, best);
            if (!tied && score(best) - score(v) <= score_error(best) + score_error(v)) return false;
        }
        return true;
    }
};

}  // namespace seed
