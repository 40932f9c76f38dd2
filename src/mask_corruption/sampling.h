// From logits to tokens: probabilities in double, the most probable token, and Gumbel sampling.
#pragma once

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

}  // namespace seed
