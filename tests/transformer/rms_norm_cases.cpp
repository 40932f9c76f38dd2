// The kernels of cuda/transformer/rms_norm.cu.
#include "tests/support/kernel_case.h"
#include "transformer/rms_norm_device.h"

namespace seed {
namespace {

using Forward = decltype(rms_norm_forward_thread_per_row);
using Backward = decltype(rms_norm_backward_thread_per_row);

constexpr double u = roundoff<float>;

void verify_forward(Forward* forward, const Shape& s, Report& report) {
    const Index rows = s[0], cols = s[1];
    const auto x = report.input("x", rows, cols), gain = report.input("gain", 1, cols);
    const auto y = report.output("y", rows, cols), rstd = report.output("rstd", rows, 1);
    const float eps = 0.125f;  // so large that forgetting it is seen
    forward(y.view(), rstd.view(), x.view(), gain.view(), eps);
    std::vector<double> r(rows);
    for (Index n = 0; n < rows; ++n) {
        double squares = 0;
        for (Index c = 0; c < cols; ++c) squares += x(n, c) * x(n, c);
        r[n] = 1 / std::sqrt(squares / double(cols) + eps);
    }
    // The root halves the errors of the sum, of the division by C and of the addition of eps; its
    // own rounding and the last division's stay as they are
    const double error = (sum_error(cols) / 2 + 1 + 2) * u;
    report.expect(rstd, [&](Index n, Index) { return Bounded{r[n], error * r[n]}; });
    report.expect(y, [&](Index n, Index c) {
        const double value = r[n] * x(n, c) * gain(0, c);
        return Bounded{value, (error + 2 * u) * std::abs(value)};
    });
}

void verify_backward(Backward* backward, const Shape& s, Report& report) {
    const Index rows = s[0], cols = s[1];
    const auto x = report.input("x", rows, cols), gain = report.input("gain", 1, cols);
    const auto dy = report.input("dy", rows, cols);
    const auto rstd = report.input_between("rstd", rows, 1, 0.5, 2);
    const auto dx = report.updated("dx", rows, cols), dgain = report.updated("dgain", 1, cols);
    backward(dx.view(), dgain.view(), dy.view(), x.view(), rstd.view(), gain.view());
    std::vector<Bounded> mean(rows);  // s[n]: a sum of products of three, times r, over C
    for (Index n = 0; n < rows; ++n) {
        BoundedSum sum;
        for (Index c = 0; c < cols; ++c) sum.add(dy(n, c) * gain(0, c) * x(n, c));
        const double factor = rstd(n, 0) / double(cols);
        mean[n] = {sum.value * factor, sum.within(u, 1 + 2).allowed * factor};
    }
    report.expect(dx, [&](Index n, Index c) {
        const double r = rstd(n, 0), g = dy(n, c) * gain(0, c), shift = mean[n].value * r * x(n, c);
        const double result = dx(n, c) + r * (g - shift);
        // Roundings: one of g, two of the shift, the difference, times r, the sum with dx
        const double inner =
            mean[n].allowed * std::abs(r * x(n, c)) + u * (3 * std::abs(g) + 4 * std::abs(shift));
        return Bounded{result, r * inner + u * std::abs(result)};
    });
    report.expect(dgain, [&](Index, Index c) {
        BoundedSum sum;
        sum.add(dgain(0, c));
        for (Index n = 0; n < rows; ++n) sum.add(rstd(n, 0) * dy(n, c) * x(n, c));
        return sum.within(u, 1);  // products of three
    });
}

// Around the 32 lanes of a row, the 4 rows of a block of warps, the 64 rows of a piece and the 128
// threads of a block; primes; the models' own
const std::vector<Shape> shapes{{1, 1},    {3, 31},    {4, 32},  {5, 33},  {63, 127},
                                {64, 128}, {65, 129},  {127, 2}, {128, 1}, {129, 7},
                                {13, 257}, {768, 128}, {96, 320}};

const RegisterKernels rms_norm{"transformer/rms_norm.cu",
                               {kernel_case("rms_norm_forward/thread_per_row", "N C", shapes,
                                            rms_norm_forward_thread_per_row, verify_forward),
                                kernel_case("rms_norm_forward/row_per_warp", "N C", shapes,
                                            rms_norm_forward_row_per_warp, verify_forward),
                                kernel_case("rms_norm_backward/thread_per_row", "N C", shapes,
                                            rms_norm_backward_thread_per_row, verify_backward),
                                kernel_case("rms_norm_backward/row_per_warp", "N C", shapes,
                                            rms_norm_backward_row_per_warp, verify_backward)}};

}  // namespace
}  // namespace seed
