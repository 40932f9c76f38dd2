#include "mask_corruption/sampling.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.h"

namespace seed {
namespace {

template <class T>
std::vector<double> log_softmax_of(HostView<const T> logits) {
    std::vector<double> log_p(logits.data, logits.data + logits.size());
    const double largest = *std::max_element(log_p.begin(), log_p.end());
    double sum = 0;
    for (double z : log_p) sum += std::exp(z - largest);
    const double lse = largest + std::log(sum);
    for (double& z : log_p) z -= lse;
    return log_p;
}

}  // namespace

std::vector<double> log_softmax(HostView<const float> logits) { return log_softmax_of(logits); }
std::vector<double> log_softmax(HostView<const double> logits) { return log_softmax_of(logits); }

// [sampling.gumbel]
TokenChoice choose_token(const std::vector<double>& log_p, double temperature, RandomKey key,
                         std::uint64_t row) {
    require(temperature >= 0, "temperature: expected a value >= 0, got {}", temperature);
    std::size_t best = 0;
    double best_score = -std::numeric_limits<double>::infinity();
    for (std::size_t v = 0; v < log_p.size(); ++v) {
        double score = log_p[v];
        if (temperature > 0) {
            // Keep u inside (0, 1), where both logarithms are finite
            const double u = std::max(uniform_double(key, row, std::uint32_t(v)), 0x1p-54);
            score = score / temperature - std::log(-std::log(u));
        }
        if (score > best_score) best = v, best_score = score;
    }
    return {std::int32_t(best), std::exp(log_p[best])};
}
// [/sampling.gumbel]

namespace {

// [sampling.choose_tokens]
template <class T>
std::vector<TokenChoice> choose_for_rows(HostView<const T> logits, double temperature,
                                         std::span<const RandomKey> keys,
                                         std::span<const std::uint64_t> key_rows) {
    require(Index(keys.size()) == logits.rows && Index(key_rows.size()) == logits.rows,
            "choose_tokens: expected {} keys and rows of them, got {} and {}", logits.rows,
            keys.size(), key_rows.size());
    std::vector<TokenChoice> choices(keys.size());
    parallel_rows(logits.rows, 16, [&](Index begin, Index count) {
        for (Index m = begin; m < begin + count; ++m) {
            const std::vector<double> log_p = log_softmax(logits.row_range(m, 1));  // (1, V)
            choices[m] = choose_token(log_p, temperature, keys[m], key_rows[m]);
        }
    });
    return choices;
}
// [/sampling.choose_tokens]

}  // namespace

std::vector<TokenChoice> choose_tokens(HostView<const float> logits, double temperature,
                                       std::span<const RandomKey> keys,
                                       std::span<const std::uint64_t> key_rows) {
    return choose_for_rows(logits, temperature, keys, key_rows);
}

std::vector<TokenChoice> choose_tokens(HostView<const double> logits, double temperature,
                                       std::span<const RandomKey> keys,
                                       std::span<const std::uint64_t> key_rows) {
    return choose_for_rows(logits, temperature, keys, key_rows);
}

}  // namespace seed
