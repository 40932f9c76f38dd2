#include "mask_corruption/elbo_loss.h"

namespace seed {

// [elbo_loss.sum]
double elbo_loss(HostView<const float> losses, std::span<const double> weights) {
    require_shape(losses, Index(weights.size()), 1, "elbo_loss: losses");
    double sum = 0;
    for (Index m = 0; m < losses.rows; ++m) sum += weights[m] * double(losses(m, 0));
    return sum;
}
// [/elbo_loss.sum]

}  // namespace seed
