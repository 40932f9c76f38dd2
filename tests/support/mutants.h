// A kernel and the ways in which kernels go wrong, to see that each is noticed.
#pragma once

#include "core/device_array.h"

namespace seed {

enum class Mutant {
    none,
    not_a_number,
    unwritten_row,
    dropped_last_term,
    shifted_by_one,
    swapped_index,
    wrong_mask,
    lost_plus,
    one_too_many,      // the guard behind the output is overwritten
    one_too_few,       // the last element is not written
    before_the_start,  // the guard before the output is overwritten
    input_overwritten,
    missing_barrier,
    second_run_differs  // within the bounds, but not bit for bit
};

// With p[i,j] = sum over k < visible of x[i,k] w[j,k]:  y = p,  total += p.
// y (N, M), total (N, M), x (N, K), w (M, K).
template <Mutant mutant>
void product(DeviceView<float> y, DeviceView<float> total, DeviceView<const float> x,
             DeviceView<const float> w, Index visible);

}  // namespace seed
