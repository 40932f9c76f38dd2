// The last step of the evidence lower bound (Seed Diffusion, eq. 5): the sum over masked positions
//
//   loss = sum_m weights[m] losses[m]
//
// of what each costs, losses[m] = -log p(x0[m] | xt), times its weight gamma'(t) / gamma(t).
#pragma once

#include <span>

#include "core/array.h"

namespace seed {

// losses (M, 1). Added up in double, in the order of the rows.
double elbo_loss(HostView<const float> losses, std::span<const double> weights);

}  // namespace seed
