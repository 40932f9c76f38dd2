// What the cases of cuda/first_steps share.
#pragma once

#include "first_steps/first_steps_device.h"
#include "tests/support/kernel_case.h"

namespace seed {

// y = 2 x + 1: doubling is exact, the addition is rounded once.
inline void verify_double_and_add(decltype(double_and_add_guarded)* launch, const Shape& s,
                                  Report& report) {
    const auto x = report.input("x", 1, s[0]);
    const auto y = report.output("y", 1, s[0]);
    launch(y.view(), x.view());
    report.expect(y, [&](Index, Index i) {
        const double value = 2 * double(x(0, i)) + 1;
        return Bounded{value, roundoff<float> * std::abs(value)};
    });
}

// A sum of C numbers, in any order.
inline void verify_sum_rows(decltype(sum_rows_block_per_row)* launch, const Shape& s,
                            Report& report) {
    const Index rows = s[0], cols = s[1];
    const auto x = report.input("x", rows, cols);
    const auto sums = report.output("sums", rows, 1);
    launch(sums.view(), x.view());
    report.expect(sums, [&](Index n, Index) {
        double sum = 0, absolute = 0;
        for (Index c = 0; c < cols; ++c) {
            sum += x(n, c);
            absolute += std::abs(double(x(n, c)));
        }
        return Bounded{sum, sum_error(cols) * roundoff<float> * absolute};
    });
}

}  // namespace seed
