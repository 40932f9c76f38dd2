// The kernels of cuda/transformer/swiglu.cu.
#include "tests/support/kernel_case.h"
#include "transformer/swiglu_device.h"

namespace seed {
namespace {

using Forward = decltype(swiglu_forward_thread_per_element);
using Backward = decltype(swiglu_backward_thread_per_element);

constexpr double u = roundoff<float>;

// sigma, relatively: the exponential (2 ulp, which are 4 u), the addition and the division
constexpr double sigma_error = 6 * u;

double sigma(double g) { return 1 / (1 + std::exp(-g)); }

// Gates from -8 to 8 and, at either end of a row, so large that exp(-g) underflows or overflows.
KernelArray<float> gates(Report& report, Index rows, Index cols) {
    HostMatrix<float> values(rows, cols);
    RandomStream random(report.key().fork("gate"), 0);
    for (float& g : values.view().span()) g = float(16 * random.uniform() - 8);
    for (Index n = 0; n < rows && cols > 1; ++n) {
        values.view()(n, 0) = -100, values.view()(n, cols - 1) = 100;
    }
    return report.given<float>("gate", values.view());
}

void verify_forward(Forward* forward, const Shape& s, Report& report) {
    const auto gate = gates(report, s[0], s[1]), up = report.input("up", s[0], s[1]);
    const auto y = report.output("y", s[0], s[1]);
    forward(y.view(), gate.view(), up.view());
    report.expect(y, [&](Index n, Index f) {
        const double value = gate(n, f) * sigma(gate(n, f)) * up(n, f);
        // Two more products: 4 ulp in all. exp(100) overflows: sigma is 0 instead of 4e-44
        return Bounded{value, (sigma_error + 2 * u) * std::abs(value) + 0x1p-126};
    });
}

void verify_backward(Backward* backward, const Shape& s, Report& report) {
    const auto gate = gates(report, s[0], s[1]), up = report.input("up", s[0], s[1]);
    const auto dy = report.input("dy", s[0], s[1]);
    const auto dgate = report.updated("dgate", s[0], s[1]), dup = report.updated("dup", s[0], s[1]);
    backward(dgate.view(), dup.view(), dy.view(), gate.view(), up.view());
    report.expect(dgate, [&](Index n, Index f) {
        const double g = gate(n, f), sig = sigma(g), outer = dy(n, f) * up(n, f) * sig;
        const double inner = 1 + g * (1 - sig), result = dgate(n, f) + outer * inner;
        // 1 - sigma carries sigma's error absolutely; the difference, the product with g and the
        // sum are rounded; then three products and the sum with dgate
        const double inner_error =
            std::abs(g) * (sigma_error * sig + 2 * u * (1 - sig)) + u * std::abs(inner);
        return Bounded{result, std::abs(outer) * inner_error +
                                   (sigma_error + 3 * u) * std::abs(outer * inner) +
                                   u * std::abs(result)};
    });
    report.expect(dup, [&](Index n, Index f) {
        const double value = dy(n, f) * gate(n, f) * sigma(gate(n, f));
        const double result = dup(n, f) + value;
        return Bounded{result, (sigma_error + 2 * u) * std::abs(value) + u * std::abs(result)};
    });
}

// Around the 256 threads of a block; a prime; the models' own
const std::vector<Shape> shapes{{1, 1},    {5, 51},    {2, 128}, {1, 257},
                                {13, 127}, {768, 384}, {96, 896}};

const RegisterKernels swiglu{"transformer/swiglu.cu",
                             {kernel_case("swiglu_forward/thread_per_element", "N F", shapes,
                                          swiglu_forward_thread_per_element, verify_forward),
                              kernel_case("swiglu_backward/thread_per_element", "N F", shapes,
                                          swiglu_backward_thread_per_element, verify_backward)}};

}  // namespace
}  // namespace seed
