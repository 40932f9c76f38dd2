// The kernels of cuda/transformer/matmul.cu, matmul_tiled.cu and matmul_cublas.cu.
#include "tests/support/kernel_case.h"
#include "transformer/matmul_device.h"

namespace seed {
namespace {

using Forward = decltype(matmul_forward_thread_per_output);
using BackwardInput = decltype(matmul_backward_input_thread_per_output);
using BackwardWeight = decltype(matmul_backward_weight_thread_per_output);

// start + sum_k a[k * a_step] b[k * b_step]: a row or a column of each factor.
Bounded product(const float* a, Index a_step, const float* b, Index b_step, Index terms,
                const double* start = nullptr) {
    BoundedSum sum;
    if (start != nullptr) sum.add(*start);
    for (Index k = 0; k < terms; ++k) sum.add(double(a[k * a_step]) * double(b[k * b_step]));
    return sum.within(roundoff<float>);
}

void verify_forward(Forward* forward, const Shape& s, Report& report) {
    const Index rows = s[0], outputs = s[1], inputs = s[2];
    const auto x = report.input("x", rows, inputs), w = report.input("weight", outputs, inputs);
    const auto y = report.output("y", rows, outputs);
    forward(y.view(), x.view(), w.view());
    report.expect(y, [&](Index n, Index o) {
        return product(x.start().row(n), 1, w.start().row(o), 1, inputs);
    });
}

void verify_backward_input(BackwardInput* backward, const Shape& s, Report& report) {
    const Index rows = s[0], outputs = s[1], inputs = s[2];
    const auto dy = report.input("dy", rows, outputs), w = report.input("weight", outputs, inputs);
    const auto dx = report.updated("dx", rows, inputs);
    backward(dx.view(), dy.view(), w.view());
    report.expect(dx, [&](Index n, Index i) {
        const double start = dx(n, i);
        return product(dy.start().row(n), 1, w.start().data + i, inputs, outputs, &start);
    });
}

void verify_backward_weight(BackwardWeight* backward, const Shape& s, Report& report) {
    const Index rows = s[0], outputs = s[1], inputs = s[2];
    const auto dy = report.input("dy", rows, outputs), x = report.input("x", rows, inputs);
    const auto dweight = report.updated("dweight", outputs, inputs);
    backward(dweight.view(), dy.view(), x.view());
    report.expect(dweight, [&](Index o, Index i) {
        const double start = dweight(o, i);
        return product(dy.start().data + o, outputs, x.start().data + i, inputs, rows, &start);
    });
}

// Around the tiles of 16 and of 64, each size in turn; primes; the models' keys and values and
// their feed-forward units, both ways: their widths matter, and a few texts tell as much as many
const std::vector<Shape> shapes{{1, 1, 1},      {15, 17, 16},   {16, 15, 17},   {17, 16, 15},
                                {16, 16, 16},   {63, 65, 33},   {65, 64, 31},   {64, 63, 65},
                                {13, 7, 5},     {1, 131, 67},   {97, 384, 128}, {97, 128, 384},
                                {192, 64, 128}, {17, 160, 320}, {17, 896, 320}, {17, 320, 896}};

KernelCase forward_case(const std::string& kernel, Forward* forward) {
    return kernel_case("matmul_forward/" + kernel, "N O I", shapes, forward, verify_forward);
}

KernelCase input_case(const std::string& kernel, BackwardInput* backward) {
    return kernel_case("matmul_backward_input/" + kernel, "N O I", shapes, backward,
                       verify_backward_input);
}

KernelCase weight_case(const std::string& kernel, BackwardWeight* backward) {
    return kernel_case("matmul_backward_weight/" + kernel, "N O I", shapes, backward,
                       verify_backward_weight);
}

const RegisterKernels naive{
    "transformer/matmul.cu",
    {forward_case("thread_per_output", matmul_forward_thread_per_output),
     input_case("thread_per_output", matmul_backward_input_thread_per_output),
     weight_case("thread_per_output", matmul_backward_weight_thread_per_output)}};

const RegisterKernels few_rows{
    "transformer/matmul_few_rows.cu",
    {forward_case("warp_per_column", matmul_forward_warp_per_column)}};

const RegisterKernels tiled{"transformer/matmul_tiled.cu",
                            {forward_case("tiled", matmul_forward_tiled),
                             forward_case("register_tiled", matmul_forward_register_tiled),
                             input_case("tiled", matmul_backward_input_tiled),
                             input_case("register_tiled", matmul_backward_input_register_tiled),
                             weight_case("tiled", matmul_backward_weight_tiled),
                             weight_case("register_tiled", matmul_backward_weight_register_tiled)}};

const RegisterKernels cublas{"transformer/matmul_cublas.cu",
                             {forward_case("cublas", matmul_forward_cublas),
                              input_case("cublas", matmul_backward_input_cublas),
                              weight_case("cublas", matmul_backward_weight_cublas)}};

}  // namespace
}  // namespace seed
