#include "transformer/muon.h"

#include "core/eigen_view.h"

namespace seed {

std::optional<Muon> muon_from(std::string_view optimizer) {
    if (optimizer == "muon") return Muon{};
    require(optimizer == "adamw", "optimizer: expected adamw or muon, got {}", optimizer);
    return std::nullopt;
}

template <class T>
void linear_combination(HostView<T> y, double a, In<T> x, double b, In<T> z) {
    require_shape(x, y.rows, y.cols, "linear_combination: x");
    require_shape(z, y.rows, y.cols, "linear_combination: z");
    eigen(y) = T(a) * eigen(x) + T(b) * eigen(z);
}

#define SEED_INSTANTIATE(T) \
    template void linear_combination(HostView<T>, double, In<T>, double, In<T>);
SEED_FOR_EACH_SCALAR(SEED_INSTANTIATE)
#undef SEED_INSTANTIATE

}  // namespace seed
