#include <cmath>

#include "simt/simt.h"
#include "tests/support/mutants.h"

namespace seed {
namespace {

struct Sizes {
    Index n, m, k, visible;
};

}  // namespace

// A block per row of x, a thread per row of w; the row of x is kept in shared memory.
template <Mutant mutant>
static __global__ void product_kernel(float* y, float* total, const float* x, const float* w,
                                      Sizes s, float tweak) {
    SIMT_DYNAMIC_SHARED(float, row);
    const Index i = blockIdx.x, j = threadIdx.x;
    for (Index k = j; k < s.k; k += blockDim.x) row[k] = x[i * s.k + k];
    if (mutant != Mutant::missing_barrier) __syncthreads();
    if (mutant == Mutant::unwritten_row && i == s.n - 1) return;
    if (mutant == Mutant::one_too_few && i == s.n - 1 && j == s.m - 1) return;
    const Index limit = mutant == Mutant::one_too_many && i == s.n - 1 ? s.m : s.m - 1;
    if (j > limit) return;
    const Index terms = s.visible - (mutant == Mutant::dropped_last_term ? 1 : 0) +
                        (mutant == Mutant::wrong_mask ? 1 : 0);
    float sum = 0;
    for (Index k = 0; k < terms && j < s.m; ++k) sum += row[k] * w[j * s.k + k];
    if (mutant == Mutant::not_a_number && i == 0 && j == 0) sum = NAN;
    if (mutant == Mutant::second_run_differs) sum *= tweak;
    Index at = i * s.m + j;
    if (mutant == Mutant::shifted_by_one) at = i * s.m + (j + 1) % s.m;
    if (mutant == Mutant::swapped_index) at = j * s.n + i;
    y[at] = sum;
    if (j < s.m) total[at] = mutant == Mutant::lost_plus ? sum : total[at] + sum;
    if (mutant == Mutant::before_the_start && at == 0) y[-1] = sum;
    if (mutant == Mutant::input_overwritten && at == 0) const_cast<float*>(x)[0] = sum;
}

template <Mutant mutant>
void product(DeviceView<float> y, DeviceView<float> total, DeviceView<const float> x,
             DeviceView<const float> w, Index visible) {
    static int runs = 0;
    const float tweak = 1 + 0x1p-23f * float(runs++ % 2);
    simt::launch<product_kernel<mutant>>({y.rows, y.cols + 1, std::size_t(x.cols) * sizeof(float)},
                                         y.data, total.data, x.data, w.data,
                                         Sizes{y.rows, y.cols, x.cols, visible}, tweak);
}

#define SEED_INSTANTIATE(name)                                                \
    template void product<Mutant::name>(DeviceView<float>, DeviceView<float>, \
                                        DeviceView<const float>, DeviceView<const float>, Index);
SEED_INSTANTIATE(none)
SEED_INSTANTIATE(not_a_number)
SEED_INSTANTIATE(unwritten_row)
SEED_INSTANTIATE(dropped_last_term)
SEED_INSTANTIATE(shifted_by_one)
SEED_INSTANTIATE(swapped_index)
SEED_INSTANTIATE(wrong_mask)
SEED_INSTANTIATE(lost_plus)
SEED_INSTANTIATE(one_too_many)
SEED_INSTANTIATE(one_too_few)
SEED_INSTANTIATE(before_the_start)
SEED_INSTANTIATE(input_overwritten)
SEED_INSTANTIATE(missing_barrier)
SEED_INSTANTIATE(second_run_differs)
#undef SEED_INSTANTIATE

}  // namespace seed
