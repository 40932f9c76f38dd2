// The kernels of cuda/transformer/attention_online_softmax.cu and its backward pass.
#include "tests/support/kernel_case.h"
#include "tests/transformer/attention_gradient_reference.h"
#include "transformer/attention_device.h"

namespace seed {
namespace {

using Forward = decltype(attention_forward_online_softmax);
using Backward = decltype(attention_backward_online_softmax);

constexpr Index tile = 32;  // keys

Index row_of(const AttentionShape& s, Index n, Index column) {
    return (n / s.positions * s.heads + column / s.head_size) * s.positions + n % s.positions;
}

void verify_forward(Forward* forward, const Shape& sizes, Report& report) {
    const AttentionProblem a(sizes, report.key());
    const AttentionShape& s = a.shape;
    const auto q = queries(report, a);
    const auto k = report.input("k", a.tokens(), a.k_cols(), 2);
    const auto v = report.input("v", a.tokens(), a.k_cols());
    const auto y = report.output("y", a.tokens(), a.q_cols());
    const auto lse = report.output("lse", a.rows(), 1);
    forward(y.view(), lse.view(), q.view(), k.view(), v.view(), s);
    // The first tile rescales nothing: its sums are 0
    const Index rescalings = (s.positions + tile - 1) / tile - 1;
    const SoftmaxReference softmax(a, q.start().data, k.start().data, rescalings);
    report.expect(lse, [&](Index row, Index) { return softmax.lse[row]; });
    report.expect(y, [&](Index n, Index column) {
        const Index row = row_of(s, n, column);
        return average_of(softmax, {s, row}, row, v.start().data, column % s.head_size);
    });
}

// The queries of a backward pass. Where there is one token, its score is so low that exp(-lse),
// what a row behind the last would get, overflows.
KernelArray<float> queries_behind(Report& report, const AttentionProblem& a,
                                  const KernelArray<float>& k) {
    if (a.tokens() > 1) return report.input("q", a.tokens(), a.q_cols(), 2);
    HostMatrix<float> q(1, a.q_cols());
    double square = 0;
    for (Index d = 0; d < k.cols(); ++d) square += k(0, d) * k(0, d);
    const double factor = -200 * std::sqrt(double(a.shape.head_size)) / square;
    for (Index d = 0; d < q.size(); ++d) q.view()(0, d) = float(factor * k(0, d % k.cols()));
    return report.given<float>("q", q.view());
}

void verify_backward(Backward* backward, const Shape& sizes, Report& report) {
    const AttentionProblem a(sizes, report.key());
    const auto k = report.input("k", a.tokens(), a.k_cols(), 2);
    const auto q = queries_behind(report, a, k);
    const auto v = report.input("v", a.tokens(), a.k_cols());
    const auto dy = report.input("dy", a.tokens(), a.q_cols());
    // What the forward pass leaves, from the reference
    const SoftmaxReference softmax(a, q.start().data, k.start().data);
    HostMatrix<float> y_values(a.tokens(), a.q_cols()), lse_values(a.rows(), 1);
    for (Index row = 0; row < a.rows(); ++row) {
        const AttentionRow at(a.shape, row);
        lse_values.view()(row, 0) = float(softmax.lse[row].value);
        for (Index d = 0; d < a.shape.head_size; ++d) {
            y_values.view().data[at.query() + d] =
                float(average_of(softmax, at, row, v.start().data, d).value);
        }
    }
    const auto y = report.given<float>("y", y_values.view());
    const auto lse = report.given<float>("lse", lse_values.view());
    const auto dq = report.updated("dq", a.tokens(), a.q_cols());
    const auto dk = report.updated("dk", a.tokens(), a.k_cols());
    const auto dv = report.updated("dv", a.tokens(), a.k_cols());
    backward(dq.view(), dk.view(), dv.view(), dy.view(), y.view(), lse.view(), q.view(), k.view(),
             v.view(), a.shape);
    const GradientReference gradient(
        a, {q.start().data, k.start().data, v.start().data, dy.start().data}, lse.start(),
        y.start().data);
    report.expect(dq, [&](Index n, Index c) { return gradient.dq(n, c, dq(n, c)); });
    report.expect(dk, [&](Index n, Index c) { return gradient.dk(n, c, dk(n, c)); });
    report.expect(dv, [&](Index n, Index c) { return gradient.dv(n, c, dv(n, c)); });
}

// Around the 8 queries (or keys) of a block and the 32 of a tile, and the 32 lanes and 128 numbers
// of a head; primes; groups of 1, 2 and 3 heads; blocks that do and do not divide T, and one
// of which the last query of 8 is the first (it alone sees the second tile of keys); two of
// the model's own texts
const std::vector<Shape> shapes{{1, 1, 1, 1, 2, 0},    {2, 7, 2, 1, 31, 1},   {2, 8, 2, 2, 32, 0},
                                {1, 9, 1, 1, 33, 4},   {2, 31, 4, 2, 8, 5},   {1, 32, 2, 1, 4, 1},
                                {2, 33, 3, 1, 6, 5},   {1, 65, 2, 2, 10, 32}, {3, 13, 6, 2, 10, 3},
                                {1, 11, 1, 1, 128, 0}, {2, 97, 2, 1, 64, 8},  {2, 96, 8, 4, 16, 0},
                                {1, 65, 2, 1, 4, 31},  {1, 96, 20, 10, 16, 0}};

bool fits(const Shape& s) { return s[2] % s[3] == 0 && s[4] <= 128; }

const RegisterKernels online_softmax{
    "transformer/attention_online_softmax.cu",
    {kernel_case("attention_forward/online_softmax", "B T H K D block", shapes,
                 attention_forward_online_softmax, verify_forward)
         .with("a multiple of K as H and D <= 128", fits)}};

const RegisterKernels online_softmax_backward{
    "transformer/attention_online_softmax_backward.cu",
    {kernel_case("attention_backward/online_softmax", "B T H K D block", shapes,
                 attention_backward_online_softmax, verify_backward)
         .with("a multiple of K as H and D <= 128", fits)}};

}  // namespace
}  // namespace seed
