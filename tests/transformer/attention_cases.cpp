// The kernels of cuda/transformer/attention.cu and attention_steps.cu.
#include "tests/support/kernel_case.h"
#include "tests/transformer/attention_gradient_reference.h"
#include "transformer/attention_device.h"

namespace seed {
namespace {

using Forward = decltype(attention_forward_thread_per_row);
using Backward = decltype(attention_backward_thread_per_row);

void verify_forward(Forward* forward, const Shape& sizes, Report& report) {
    const AttentionProblem a(sizes, report.key());
    const auto q = queries(report, a);
    const auto k = report.input("k", a.tokens(), a.k_cols(), 2);
    const auto v = report.input("v", a.tokens(), a.k_cols());
    const auto y = report.output("y", a.tokens(), a.q_cols());
    const auto p = report.output("P", a.rows(), a.shape.positions);
    forward(y.view(), p.view(), q.view(), k.view(), v.view(), a.shape);
    const SoftmaxReference softmax(a, q.start().data, k.start().data);
    report.expect(p, [&](Index row, Index j) {
        const double value = softmax.p.view()(row, j);
        // Below the smallest normal number a float has fewer digits, or is 0
        return Bounded{value, softmax.relative.view()(row, j) * value + 0x1p-126};
    });
    report.expect(y, [&](Index n, Index column) {
        const AttentionShape& s = a.shape;
        const Index b = n / s.positions, head = column / s.head_size;
        const Index row = (b * s.heads + head) * s.positions + n % s.positions;
        return average_of(softmax, {s, row}, row, v.start().data, column % s.head_size);
    });
}

HostMatrix<float> rounded(const HostMatrix<double>& x) {
    HostMatrix<float> y(x.view().rows, x.view().cols);
    for (Index i = 0; i < x.size(); ++i) y.view().data[i] = float(x.view().data[i]);
    return y;
}

void verify_backward(Backward* backward, const Shape& sizes, Report& report) {
    const AttentionProblem a(sizes, report.key());
    const auto q = report.input("q", a.tokens(), a.q_cols(), 2);
    const auto k = report.input("k", a.tokens(), a.k_cols(), 2);
    const auto v = report.input("v", a.tokens(), a.k_cols());
    const auto dy = report.input("dy", a.tokens(), a.q_cols());
    const SoftmaxReference softmax(a, q.start().data, k.start().data);
    const auto p = report.given<float>("P", rounded(softmax.p).view());
    const auto dq = report.updated("dq", a.tokens(), a.q_cols());
    const auto dk = report.updated("dk", a.tokens(), a.k_cols());
    const auto dv = report.updated("dv", a.tokens(), a.k_cols());
    backward(dq.view(), dk.view(), dv.view(), dy.view(), p.view(), q.view(), k.view(), v.view(),
             a.shape);
    const GradientReference gradient(
        a, {q.start().data, k.start().data, v.start().data, dy.start().data}, p.start());
    report.expect(dq, [&](Index n, Index c) { return gradient.dq(n, c, dq(n, c)); });
    report.expect(dk, [&](Index n, Index c) { return gradient.dk(n, c, dk(n, c)); });
    report.expect(dv, [&](Index n, Index c) { return gradient.dv(n, c, dv(n, c)); });
}

// Around the 32 lanes of a row and the 64 and 128 threads of a block; primes; groups of 1, 2 and 3
// heads; blocks that do and do not divide T; two of the model's own texts
const std::vector<Shape> shapes{
    {1, 1, 1, 1, 2, 0},  {1, 31, 2, 1, 4, 1},  {2, 32, 2, 2, 6, 0},  {2, 33, 4, 2, 8, 5},
    {1, 63, 1, 1, 2, 8}, {3, 13, 6, 2, 10, 3}, {2, 65, 2, 1, 18, 0}, {1, 129, 1, 1, 2, 16},
    {3, 7, 3, 1, 34, 1}, {4, 1, 2, 1, 64, 1},  {2, 96, 8, 4, 16, 0}, {1, 96, 20, 10, 16, 0}};

bool has_whole_groups(const Shape& s) { return s[2] % s[3] == 0; }

const RegisterKernels attention{
    "transformer/attention.cu",
    {kernel_case("attention_forward/thread_per_row", "B T H K D block", shapes,
                 attention_forward_thread_per_row, verify_forward)
         .with("a multiple of K as H", has_whole_groups),
     kernel_case("attention_backward/thread_per_row", "B T H K D block", shapes,
                 attention_backward_thread_per_row, verify_backward)
         .with("a multiple of K as H", has_whole_groups)}};

const RegisterKernels attention_steps{
    "transformer/attention_steps.cu",
    {kernel_case("attention_forward/kernel_per_step", "B T H K D block", shapes,
                 attention_forward_kernel_per_step, verify_forward)
         .with("a multiple of K as H", has_whole_groups),
     kernel_case("attention_backward/kernel_per_step", "B T H K D block", shapes,
                 attention_backward_kernel_per_step, verify_backward)
         .with("a multiple of K as H", has_whole_groups)}};

}  // namespace
}  // namespace seed
