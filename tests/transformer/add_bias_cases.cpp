// The kernels of cuda/transformer/add_bias.cu.
#include "tests/support/kernel_case.h"
#include "transformer/matmul_device.h"

namespace seed {
namespace {

using Forward = decltype(add_bias_thread_per_element);
using Backward = decltype(add_bias_backward_thread_per_column);

constexpr double u = roundoff<float>;

void verify_forward(Forward* forward, const Shape& s, Report& report) {
    const auto y = report.updated("y", s[0], s[1]), bias = report.input("bias", 1, s[1]);
    forward(y.view(), bias.view());
    report.expect(y, [&](Index n, Index o) {
        const double sum = y(n, o) + bias(0, o);
        return Bounded{sum, u * std::abs(sum)};
    });
}

void verify_backward(Backward* backward, const Shape& s, Report& report) {
    const auto dy = report.input("dy", s[0], s[1]), dbias = report.updated("dbias", 1, s[1]);
    backward(dbias.view(), dy.view());
    report.expect(dbias, [&](Index, Index o) {
        BoundedSum sum;
        sum.add(dbias(0, o));
        for (Index n = 0; n < s[0]; ++n) sum.add(dy(n, o));
        return sum.within(u);
    });
}

// Around the 128 threads of a block and the 64 rows of a piece; a prime; the models' own
const std::vector<Shape> shapes{{1, 1},    {63, 127}, {64, 128},  {65, 129},
                                {129, 13}, {768, 64}, {768, 128}, {96, 320}};

const RegisterKernels add_bias_kernels{
    "transformer/add_bias.cu",
    {kernel_case("add_bias/thread_per_element", "N O", shapes, add_bias_thread_per_element,
                 verify_forward),
     kernel_case("add_bias_backward/thread_per_column", "N O", shapes,
                 add_bias_backward_thread_per_column, verify_backward),
     kernel_case("add_bias_backward/in_pieces", "N O", shapes, add_bias_backward_in_pieces,
                 verify_backward)}};

}  // namespace
}  // namespace seed
