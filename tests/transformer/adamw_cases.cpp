// The kernels of cuda/transformer/adamw.cu.
#include "tests/support/kernel_case.h"
#include "tests/transformer/adamw_oracle.h"
#include "transformer/adamw_device.h"

namespace seed {
namespace {

using Norm = decltype(global_norm_thread_per_piece);
using Update = void(DeviceView<float>, DeviceView<float>, DeviceView<float>,
                    DeviceView<const float>, const AdamW&, double, double, double, Index);

// A sum of squares in double, and its root, which halves the relative error and adds one rounding.
void verify_norm(Norm* norm, const Shape& s, Report& report) {
    const auto gradient = report.input("gradient", s[0], s[1], 3);
    double squares = 0;
    for (Index i = 0; i < gradient.rows(); ++i) {
        for (Index j = 0; j < gradient.cols(); ++j) squares += gradient(i, j) * gradient(i, j);
    }
    const double expected = std::sqrt(squares);
    const double relative = (sum_error(s[0] * s[1]) / 2 + 1) * roundoff<double>;
    report.expect_value("norm", norm(gradient.view()), {expected, relative * expected});
}

void verify_update(Update* update, const Shape& s, Report& report) {
    AdamW options;
    options.beta1 = 0.8, options.beta2 = 0.97;
    options.eps = 0.25;  // large enough to see where it is added
    const AdamWOracle oracle{options, 0.01, 0.1, 0.25, 3, roundoff<float>};
    const auto p = report.updated("p", s[0], s[1]), m = report.updated("m", s[0], s[1]);
    const auto v = report.updated_between("v", s[0], s[1], 0.01, 1);
    const auto g = report.input("gradient", s[0], s[1], 3);
    update(p.view(), m.view(), v.view(), g.view(), oracle.options, oracle.learning_rate,
           oracle.decay, oracle.scale, oracle.step);
    report.expect(m, [&](Index i, Index j) { return oracle.m_next(m(i, j), g(i, j)); });
    report.expect(v, [&](Index i, Index j) { return oracle.v_next(v(i, j), g(i, j)); });
    report.expect(
        p, [&](Index i, Index j) { return oracle.p_next(p(i, j), m(i, j), v(i, j), g(i, j)); });
}

// A piece of the norm is 4096 elements, a block of the update 256
const std::vector<Shape> norm_shapes{{1, 1},    {1, 255},  {1, 4095}, {1, 4096},
                                     {1, 4097}, {9, 1031}, {512, 128}};
const std::vector<Shape> update_shapes{{1, 1},   {1, 255},   {1, 256},  {1, 257},
                                       {31, 37}, {512, 128}, {320, 897}};

const RegisterKernels adamw{
    "transformer/adamw.cu",
    {kernel_case("global_norm/thread_per_piece", "rows cols", norm_shapes,
                 global_norm_thread_per_piece, verify_norm),
     kernel_case("global_norm/block_per_piece", "rows cols", norm_shapes,
                 global_norm_block_per_piece, verify_norm),
     kernel_case<Update>("adamw_update", "rows cols", update_shapes, adamw_update, verify_update)}};

}  // namespace
}  // namespace seed
