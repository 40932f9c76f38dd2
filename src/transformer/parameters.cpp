#include "transformer/parameters.h"

#include <cmath>
#include <numbers>

namespace seed {

// [parameters.initialize]
template <class T>
void initialize(ParameterSet<Host<T>>& parameters, RandomKey key) {
    for (const auto& [name, view, decays] : parameters.named()) {
        if (!decays) {
            fill(view, name.ends_with("bias") ? T(0) : T(1));
            continue;
        }
        // At first every branch adds nothing, and the stream carries the tokens alone
        if (name.ends_with("o_proj.weight") || name.ends_with("down_proj.weight")) continue;
        const double sd =
            name.ends_with("embed_tokens.weight") ? 0.3 : 1 / std::sqrt(double(view.cols));
        // Box and Muller: two uniforms make one normal number.
        const RandomKey stream = key.fork(name);
        for (Index i = 0; i < view.size(); ++i) {
            const double radius = std::sqrt(-2 * std::log(1 - uniform_double(stream, i, 0)));
            const double angle = 2 * std::numbers::pi * uniform_double(stream, i, 1);
            view.data[i] = T(sd * radius * std::cos(angle));
        }
    }
}
// [/parameters.initialize]

#define SEED_INSTANTIATE(T) template void initialize(ParameterSet<Host<T>>&, RandomKey);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
