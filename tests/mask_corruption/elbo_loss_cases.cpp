// The kernels of cuda/mask_corruption/elbo_loss.cu.
#include "mask_corruption/elbo_loss_device.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using Loss = decltype(elbo_loss_one_thread);

// A sum of M products in double; the oracle, in double as well, rounds too.
void verify_loss(Loss* launch, const Shape& s, Report& report) {
    const Index m = s[0];
    RandomStream random(report.key().fork("weights"), 0);
    std::vector<double> numbers;
    for (Index i = 0; i < m; ++i) numbers.push_back(1 / std::max(random.uniform(), 1e-3));
    const auto losses = report.input_between("losses", m, 1, 0.01, 9);
    const auto weights = report.given("weights", HostView<const double>{numbers.data(), m, 1});
    const auto loss = report.output<double>("loss", 1, 1);
    launch(loss.view(), losses.view(), weights.view());
    BoundedSum sum;
    for (Index i = 0; i < m; ++i) sum.add(numbers[i] * losses(i, 0));
    report.expect(loss, [&](Index, Index) { return sum.within(roundoff<double>); });
}

// Around a block's 256 threads, around the 2048 terms of a block, more blocks than threads
const std::vector<Shape> shapes{{1},    {2},    {31},   {255},  {256},   {257},
                                {2047}, {2048}, {2049}, {5003}, {530000}};

const RegisterKernels losses{
    "mask_corruption/elbo_loss.cu",
    {kernel_case("elbo_loss/one_thread", "M", shapes, elbo_loss_one_thread, verify_loss),
     kernel_case("elbo_loss/one_block", "M", shapes, elbo_loss_one_block, verify_loss),
     kernel_case("elbo_loss/many_blocks", "M", shapes, elbo_loss_many_blocks, verify_loss)}};

}  // namespace
}  // namespace seed
