// From logits to tokens: probabilities in double, the most probable token, and Gumbel sampling.
#pragma once

#include <span>
#include <vector>

#include "core/array.h"
#include "core/philox.h"

namespace seed {

struct TokenChoice {
    std::int32_t token = 0;
    double probability = 0;  // of this token, at temperature 1
};

// log p of every token, in double: logits (1, V) of any scalar. -inf stays -inf.
std::vector<double> log_softmax(HostView<const float> logits);
std::vector<double> log_softmax(HostView<const double> logits);

// temperature 0: the most probable token, ties to the smaller id. Otherwise a sample from
// softmax(logits / temperature) by the Gumbel-max trick, argmax_v log_p[v] / temperature - log(-log
// u[v]) with u[v] = uniform_double(key, row, v). Everything is in double: Gumbel noise in float
// changes the temperature (arXiv 2409.02908).
TokenChoice choose_token(const std::vector<double>& log_p, double temperature, RandomKey key,
                         std::uint64_t row);

// choose_token for every row of logits (M, V), with its own key and the row of that key's numbers.
std::vector<TokenChoice> choose_tokens(HostView<const float> logits, double temperature,
                                       std::span<const RandomKey> keys,
                                       std::span<const std::uint64_t> key_rows);
std::vector<TokenChoice> choose_tokens(HostView<const double> logits, double temperature,
                                       std::span<const RandomKey> keys,
                                       std::span<const std::uint64_t> key_rows);

}  // namespace seed
