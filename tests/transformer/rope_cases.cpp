// The kernels of cuda/transformer/rope.cu.
#include "tests/support/kernel_case.h"
#include "transformer/rope_device.h"

namespace seed {
namespace {

using Table = decltype(rope_table_thread_per_pair);
using Rotate = decltype(rope_forward_thread_per_pair);

constexpr double u = roundoff<float>;
constexpr double theta = 5000;  // no model's, and no table's either

void verify_table(Table* table, const Shape& s, Report& report) {
    const Index half = s[1] / 2;
    const auto cos_sin = report.output("cos_sin", s[0], s[1]);
    table(cos_sin.view(), theta);
    report.expect(cos_sin, [&](Index p, Index column) {
        const double angle = double(p) * std::pow(theta, -double(column % half) / double(half));
        const double value = column < half ? std::cos(angle) : std::sin(angle);
        // One rounding to float. Before it, in double: the exponent, which the power multiplies by
        // log theta < 10, the power (2 ulp), the product and the cosine (2 ulp)
        return Bounded{value, u * std::abs(value) + 0x1p-53 * (16 * angle + 4)};
    });
}

// direction 1 turns by the angle, -1 turns back.
void verify_rotation(Rotate* rotate, const Shape& s, Report& report, double direction) {
    const Index positions = s[1], head_size = s[3], half = head_size / 2;
    const auto cos_sin = report.input("cos_sin", positions, head_size);
    const auto x = report.updated("x", s[0] * positions, s[2] * head_size);
    rotate(x.view(), cos_sin.view());
    report.expect(x, [&](Index n, Index column) {
        const Index i = column % head_size, p = n % positions;
        const double cosine = cos_sin(p, i % half), sine = direction * cos_sin(p, half + i % half);
        const double straight = x(n, column) * cosine;
        const double across = i < half ? -x(n, column + half) * sine : x(n, column - half) * sine;
        const double value = straight + across;
        // A rounding for each product and one for the sum
        return Bounded{value, u * (std::abs(straight) + std::abs(across) + std::abs(value))};
    });
}

void verify_forward(Rotate* rotate, const Shape& s, Report& report) {
    verify_rotation(rotate, s, report, 1);
}

void verify_backward(Rotate* rotate, const Shape& s, Report& report) {
    verify_rotation(rotate, s, report, -1);
}

// Around the 128 threads of a block; primes; the models' own
const std::vector<Shape> table_shapes{{1, 2}, {127, 2}, {128, 2}, {43, 6}, {96, 16}, {1024, 64}};
const std::vector<Shape> shapes{{1, 1, 1, 2}, {1, 127, 1, 2}, {2, 64, 1, 2},  {1, 129, 1, 2},
                                {3, 7, 2, 6}, {2, 13, 3, 10}, {8, 96, 8, 16}, {1, 96, 20, 16}};

bool is_even_d(const Shape& s) { return s.back() % 2 == 0; }

const RegisterKernels rope{"transformer/rope.cu",
                           {kernel_case("rope_table/thread_per_pair", "T D", table_shapes,
                                        rope_table_thread_per_pair, verify_table)
                                .with("an even D", is_even_d),
                            kernel_case("rope_forward/thread_per_pair", "B T H D", shapes,
                                        rope_forward_thread_per_pair, verify_forward)
                                .with("an even D", is_even_d),
                            kernel_case("rope_backward/thread_per_pair", "B T H D", shapes,
                                        rope_backward_thread_per_pair, verify_backward)
                                .with("an even D", is_even_d)}};

}  // namespace
}  // namespace seed
